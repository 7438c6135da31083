"""The shipped fat network predicts on the sample case what it predicted when it was shipped."""

import json

import numpy as np
import pytest
from segmentation.sample_digest import NOT_KNOWN, STEP, STORED_FAT, coarse_fraction, fat_digest, unpacked

POINTS = 0.2
"""By which a muscle's mean fraction may differ, in percentage points."""

STEPS, LARGEST_SHARE = 2, 0.001
"""By how many steps of the coarse map (1 point) blocks may differ, and which part of them by more."""


@pytest.fixture(scope="module")
def stored():
    return json.loads(STORED_FAT.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def present():
    return fat_digest()


def coarse_of(digest):
    return unpacked(digest["coarse_fraction"], digest["coarse_shape"]).astype(int)


def changed(one, other):
    return np.mean(np.abs(one - other) > STEPS)


def test_the_fat_digest_is_that_of_the_shipped_weights(stored, present):
    assert present["weights_sha256"] == stored["weights_sha256"], "renew it: python Testing/segmentation/sample_digest.py"


def test_each_muscle_has_its_fat_fraction(stored, present):
    assert present["mean_pct"] == pytest.approx(stored["mean_pct"], abs=POINTS)


def test_the_fat_lies_where_it_lay(stored, present):
    assert changed(coarse_of(stored), coarse_of(present)) <= LARGEST_SHARE


def test_a_shift_by_one_block_and_fat_moved_by_three_steps_would_be_noticed(stored):
    fat = coarse_of(stored)
    assert changed(fat, np.roll(fat, 1, axis=2)) > 10 * LARGEST_SHARE
    assert changed(fat, fat + 3) > 10 * LARGEST_SHARE


def test_a_coarse_map_keeps_the_mean_of_what_is_known():
    fraction = np.full((2, 12, 24), 0.25, np.float32)
    fraction[:, :5, :12] = np.nan
    fraction[:, :, 12:] = np.nan
    np.testing.assert_array_equal(coarse_fraction(fraction), [[[round(0.25 / STEP), NOT_KNOWN]]])
