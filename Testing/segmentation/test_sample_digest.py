"""The shipped weights outline the sample case as they did when they were shipped."""

import json

import numpy as np
import pytest
from segmentation.sample_digest import STORED, coarse, coarse_labels, digest

LARGEST_DIFFERENCE = 0.001
"""Part of the coarse map that may differ: border voxels between processors. Other weights differ in several per cent."""


@pytest.fixture(scope="module")
def stored():
    return json.loads(STORED.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def present():
    return digest()


def test_the_digest_is_that_of_the_shipped_weights(stored, present):
    assert present["weights_sha256"] == stored["weights_sha256"], "renew it: python Testing/segmentation/sample_digest.py"


def test_each_structure_has_its_volume(stored, present):
    assert present["voxels"].keys() == stored["voxels"].keys()
    for name, voxels in stored["voxels"].items():
        assert present["voxels"][name] == pytest.approx(voxels, rel=0.01, abs=5), name


def test_the_structures_lie_where_they_lay(stored, present):
    assert np.mean(coarse_labels(stored) != coarse_labels(present)) <= LARGEST_DIFFERENCE


def test_a_shift_by_one_block_would_be_noticed(stored):
    labels = coarse_labels(stored)
    assert np.mean(labels != np.roll(labels, 1, axis=2)) > 10 * LARGEST_DIFFERENCE


def test_a_coarse_map_keeps_the_commonest_label():
    labels = np.zeros((1, 4, 8), np.uint8)
    labels[0, :3, :4] = 7
    np.testing.assert_array_equal(coarse(labels), [[[7, 0]]])
