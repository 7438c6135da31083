"""The shipped level network sees in the sample case what it saw when it was shipped."""

import json

import numpy as np
import pytest
from segmentation.sample_digest import STORED_LEVELS, levels_digest, unpacked

LARGEST_DIFFERENCE = 0.002
"""Part of the plane's pixels whose likeliest class may differ: border pixels between processors."""


@pytest.fixture(scope="module")
def stored():
    return json.loads(STORED_LEVELS.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def present():
    return levels_digest()


def classes_of(digest):
    return unpacked(digest["classes"], digest["classes_shape"])


def test_the_levels_digest_is_that_of_the_shipped_weights(stored, present):
    assert present["weights_sha256"] == stored["weights_sha256"], "renew it: python Testing/segmentation/sample_digest.py"


def test_each_class_has_its_share_of_the_plane(stored, present):
    assert present["share"] == pytest.approx(stored["share"], abs=5e-4)


def test_the_levels_have_their_names_and_confidence(stored, present):
    assert present["names"] == stored["names"]
    assert present["confidence"] == pytest.approx(stored["confidence"], abs=0.02)


def test_the_spine_lies_where_it_lay(stored, present):
    assert np.mean(classes_of(stored) != classes_of(present)) <= LARGEST_DIFFERENCE


def test_a_shift_by_two_pixels_would_be_noticed(stored):
    classes = classes_of(stored)
    assert np.mean(classes != np.roll(classes, 2, axis=1)) > 10 * LARGEST_DIFFERENCE
