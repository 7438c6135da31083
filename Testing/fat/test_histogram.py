import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from ParaspinalFatLib.fat.histogram import histogram_of

TYPES = st.sampled_from([np.uint8, np.int16, np.uint16, np.int32, np.float32, np.float64])


@given(arrays.arrays(TYPES, st.integers(1, 80), elements=st.integers(0, 100)))
def test_every_distinct_value_is_a_level_with_its_count(values):
    found = histogram_of(values)
    levels, counts = np.unique(values, return_counts=True)
    assert found.means.tolist() == found.greatest.tolist() == levels.tolist()
    assert found.counts.tolist() == counts.tolist()


@given(arrays.arrays(np.float64, st.integers(50, 400), elements=st.floats(-1e6, 1e6)))
def test_many_values_are_gathered_in_steps_without_losing_a_voxel_or_the_mean(values):
    found = histogram_of(values, maximum_levels=16)
    assert len(found.counts) <= 16
    assert found.voxels == len(values)
    assert found.means @ found.counts == pytest.approx(values.sum(), abs=1e-3)
    assert (found.greatest[:-1] < found.means[1:]).all()


@given(arrays.arrays(np.float64, st.integers(50, 400), elements=st.floats(-1e6, 1e6)), st.data())
def test_the_share_above_a_split_is_that_of_the_voxels(values, data):
    found = histogram_of(values, maximum_levels=16)
    threshold = data.draw(st.sampled_from(found.greatest.tolist()))
    assert found.share_above(threshold) == pytest.approx(np.mean(values > threshold))


def test_huge_single_precision_values_keep_their_first_level():
    assert histogram_of(np.float32([1e30, 1e30, 2e30])).counts.tolist() == [2, 1]


def test_no_values_have_no_levels():
    assert histogram_of(np.empty(0, np.float32)).voxels == 0
