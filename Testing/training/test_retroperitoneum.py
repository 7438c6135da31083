"""Fat and vessels painted around the psoas: background wherever they lie, and no drawn structure loses a pixel."""

import numpy as np
import pytest
from scipy import ndimage

from ParaspinalFatLib.training.partial_labels import UNKNOWN
from ParaspinalFatLib.training.retroperitoneum import fat_collar, vessels

PIXEL_MM = 1.5


@pytest.fixture
def planes():
    """A psoas (5) beside a body (12), 80 x 80, everything else unknown; all of it water."""
    labels = np.full((80, 80), UNKNOWN, np.uint8)
    labels[30:50, 30:50], labels[30:50, 50:60] = 5, 12
    return np.ones((80, 80), np.float32), np.full((80, 80), 0.05, np.float32), labels


def test_a_collar_of_fat_lies_around_the_psoas_is_background_and_takes_no_pixel_of_a_drawn_structure(planes):
    labels = planes[2]
    collars = [fat_collar(np.random.default_rng(seed), *planes, PIXEL_MM) for seed in range(8)]
    painted = [new == 0 for _, _, new in collars]
    assert all(np.array_equal(new[labels < UNKNOWN], labels[labels < UNKNOWN]) for _, _, new in collars)
    assert sum(where[28, 40] or where[40, 28] for where in painted) >= 4
    assert not any(where[:18].any() or where[:, 72:].any() for where in painted)
    for where, (new_water, new_fat, _) in zip(painted, collars, strict=True):
        deep = ndimage.binary_erosion(where, iterations=2)
        assert (new_fat[deep] > 0.6).all()
        assert (new_water[deep] < 0.2).all()
        np.testing.assert_allclose(new_fat[36:44, 36:44], 0.05, atol=1e-3)


@pytest.mark.parametrize("paint", [fat_collar, vessels])
def test_without_psoas_and_quadratus_lumborum_nothing_changes(planes, paint):
    water, fat, labels = planes
    lower = (water, fat, np.where(labels == 5, 0, labels))
    for before, after in zip(lower, paint(np.random.default_rng(0), *lower, PIXEL_MM), strict=True):
        np.testing.assert_array_equal(after, before)


def test_vessels_are_round_hold_no_fat_are_background_and_take_no_pixel_of_a_drawn_structure(planes):
    _, _, labels = planes
    fatty = (np.full((80, 80), 0.05, np.float32), np.ones((80, 80), np.float32), labels)
    painted = [vessels(np.random.default_rng(seed), *fatty, PIXEL_MM) for seed in range(12)]
    sizes = []
    for new_water, new_fat, new in painted:
        assert np.array_equal(new[labels < UNKNOWN], labels[labels < UNKNOWN])
        np.testing.assert_array_equal(new_fat[labels < UNKNOWN], 1.0)
        lumen = new_fat < 0.5
        assert (new[lumen] == 0).all()
        assert new_water[lumen].max(initial=0) < 1.35
        parts, count = ndimage.label(lumen)
        sizes += list(ndimage.sum_labels(lumen, parts, range(1, count + 1)))
    assert len(sizes) >= 8
    assert max(sizes) * PIXEL_MM**2 < 4 * np.pi * 7**2


def test_vessels_lie_beside_the_psoas_at_the_same_distance_in_mm_whatever_the_pixel(planes):
    _, _, labels = planes
    for pixel_mm in (1.0, 2.0):
        fatty = (np.zeros((80, 80), np.float32), np.ones((80, 80), np.float32), labels)
        drawn = np.any([vessels(np.random.default_rng(seed), *fatty, pixel_mm)[1] < 0.5 for seed in range(12)], axis=0)
        assert 3.0 < ndimage.distance_transform_edt(labels != 5, sampling=pixel_mm)[drawn].max() < 3.0 + 2 * 7 * 1.5
