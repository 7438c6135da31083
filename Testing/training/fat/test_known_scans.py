"""Scans of known fraction: grids agree, the load arrives in the muscles, and a scan has one contrast."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from ParaspinalFatLib.training.fat.known_scans import PAINTERS, PROTOCOLS, known_scan, strands

SLICES = np.array([0, 2])


def test_image_labels_and_truth_lie_on_one_grid(dixon_subject):
    scan = known_scan(dixon_subject, SLICES, PROTOCOLS[0], strands, 0.3, 1)
    assert scan.image.array.shape == scan.labels.array.shape == scan.fraction.shape
    assert len(scan.fraction) == 2
    assert scan.image.spacing == pytest.approx((2.0, 2.0, 4.0))
    assert set(np.unique(scan.labels.array)) == {0, 1, 2, 3, 4, 5, 6, 12}


def test_without_painted_fat_the_truth_is_the_subjects_own(dixon_subject):
    for painter in PAINTERS.values():
        scan = known_scan(dixon_subject, SLICES, PROTOCOLS[2], painter, 0.0, 1)
        inside = ndimage.binary_erosion(scan.labels.array == 1, np.ones((1, 3, 3)))
        assert scan.fraction[inside] == pytest.approx(0.1, abs=1e-5)


@pytest.mark.parametrize("load", [0.2, 0.4, 0.6])
def test_strands_give_the_multifidus_the_load_that_was_asked_for(dixon_subject, load):
    scan = known_scan(dixon_subject, np.arange(4), PROTOCOLS[0], strands, load, 3)
    assert scan.fraction[scan.labels.array == 1].mean() == pytest.approx(0.1 + 0.9 * load, abs=0.06)
    assert scan.fraction[scan.labels.array == 5].mean() == pytest.approx(0.1 + 0.9 * load / 2, abs=0.06)


def test_the_same_seed_gives_the_same_scan(dixon_subject):
    for painter in PAINTERS.values():
        one, two = (known_scan(dixon_subject, SLICES, PROTOCOLS[1], painter, 0.4, 7) for _ in range(2))
        np.testing.assert_array_equal(one.image.array, two.image.array)


def test_noise_differs_between_slices_but_the_coil_does_not(dixon_subject):
    scan = known_scan(dixon_subject, np.array([0, 0]), PROTOCOLS[0], strands, 0.0, 2)
    one, two = scan.image.array
    assert not np.array_equal(one, two)
    inside = scan.labels.array[0] == 3
    assert one[inside].mean() == pytest.approx(two[inside].mean(), rel=0.05)
