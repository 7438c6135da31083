import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ParaspinalFatLib.fat.histogram import histogram_of
from ParaspinalFatLib.fat.otsu import otsu_threshold

filters = pytest.importorskip("skimage.filters")


def muscle_and_fat(seed, dtype=np.float64):
    rng = np.random.default_rng(seed)
    values = np.append(rng.normal(300, 60, rng.integers(200, 3000)), rng.normal(800, 120, rng.integers(20, 1500)))
    return np.clip(values, 0, None).astype(dtype)


@given(st.integers(0, 2**32 - 1))
def test_whole_numbers_are_split_where_scikit_image_splits_them(seed):
    values = muscle_and_fat(seed, np.int16)
    expected = filters.threshold_otsu(values)
    assert np.array_equal(values > otsu_threshold(histogram_of(values)), values > expected)


def variance_inside(values, threshold):
    return sum(part.size * part.var() for part in (values[values <= threshold], values[values > threshold]))


@given(st.integers(0, 2**32 - 1))
@example(50648)
def test_broken_numbers_are_split_as_well_as_by_scikit_image_or_better(seed):
    """Its bins are 1/256 of the range; where the criterion is flat, splits a few bins apart are nearly as good."""
    values = muscle_and_fat(seed)
    ours = variance_inside(values, otsu_threshold(histogram_of(values)))
    theirs = variance_inside(values, filters.threshold_otsu(values, 256))
    assert ours <= theirs * (1 + 1e-9)
    assert theirs <= 1.1 * ours


@given(st.integers(0, 2**32 - 1))
def test_no_other_split_leaves_less_variance_inside_the_classes(seed):
    values = muscle_and_fat(seed)[::10]
    best = min(variance_inside(values, threshold) for threshold in np.unique(values)[:-1])
    assert variance_inside(values, otsu_threshold(histogram_of(values))) == pytest.approx(best)


@given(st.integers(0, 2**32 - 1), st.floats(1e-3, 1e3))
def test_the_same_voxels_are_fat_when_the_image_is_scaled(seed, factor):
    values = muscle_and_fat(seed, np.float32)
    scaled = values.astype(np.float64) * factor
    above = values > otsu_threshold(histogram_of(values))
    assert np.mean(above != (scaled > otsu_threshold(histogram_of(scaled)))) < 1e-3


def test_a_single_value_has_no_threshold():
    assert otsu_threshold(histogram_of(np.full(30, 7))) is None
