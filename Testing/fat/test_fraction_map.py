import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ParaspinalFatLib.errors import InputError, MeasurementError
from ParaspinalFatLib.fat.fraction_map import prepare_fraction_map, scale_of
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role

TRUNK = np.append(np.linspace(0.02, 0.4, 900), np.linspace(0.85, 0.97, 100)).reshape(1, 20, 50)
"""Fractions as a lumbar scan has them: mostly muscle, and some nearly pure fat."""


def fat_map(array, **options):
    return prepare_fraction_map({Role.FAT_FRACTION: Image(np.asarray(array), np.eye(4))}, **options)(None)


@pytest.mark.parametrize(("scale", "words"), [(1, "0 to 1"), (100, "0 to 100"), (1000, "0 to 1000")])
def test_each_scale_is_recognised_and_gives_the_same_fractions(scale, words):
    found = fat_map(TRUNK * scale)
    assert found.parameters["scale"] == words
    assert found.fraction.array == pytest.approx(TRUNK, abs=1e-6)
    assert found.method == "fat_fraction_map"
    assert found.total_signal is None


@pytest.mark.parametrize(("scale", "dtype"), [(100, np.uint8), (1000, np.int16), (1000, np.uint16)])
def test_whole_numbers_are_read_to_their_rounding(scale, dtype):
    found = fat_map(np.round(TRUNK * scale).astype(dtype))
    assert found.fraction.array == pytest.approx(TRUNK, abs=0.5 / scale + 1e-6)


@given(st.floats(0.56, 1.09), st.sampled_from([1.0, 100.0, 1000.0]), st.integers(0, 2**32 - 1))
def test_the_scale_is_found_whatever_the_fattest_tissue_and_never_mistaken(fattest, scale, seed):
    values = np.random.default_rng(seed).uniform(0, fattest, 5000) * scale
    values[:100] = fattest * scale
    assert scale_of(values) == scale


@pytest.mark.parametrize("upper", [0.05, 0.4, 3.0, 15.0, 150.0, 2500.0])
def test_values_that_fit_no_scale_are_refused_with_their_upper_end(upper):
    with pytest.raises(MeasurementError, match=f"ambiguous: its values reach {upper:.4g}"):
        fat_map(np.full((1, 4, 4), upper))


@pytest.mark.parametrize(
    ("top", "dtype"), [(200, np.uint8), (255, np.uint8), (256, np.int16), (500, np.int16), (4095, np.int16)]
)
def test_a_map_rescaled_to_some_other_range_is_refused(top, dtype):
    with pytest.raises(MeasurementError, match="ambiguous"):
        fat_map(np.round(TRUNK * top).astype(dtype))


def test_a_small_field_of_view_without_subcutaneous_fat_is_still_recognised():
    assert scale_of(np.append(np.linspace(2, 30, 900), np.linspace(40, 62, 100))) == 100


def test_a_given_scale_settles_what_the_values_leave_open():
    assert fat_map(np.full((1, 2, 2), 15.0), scale=100).fraction.array == pytest.approx(0.15)
    assert fat_map(np.full((1, 2, 2), 15.0), scale=100).parameters["scale_source"] == "given"


@pytest.mark.parametrize("scale", [10, "100", True])
def test_a_scale_that_nobody_uses_is_refused(scale):
    with pytest.raises(MeasurementError, match="is 1, 100 or 1000"):
        fat_map(TRUNK, scale=scale)


def test_fractions_slightly_out_of_range_are_clipped_and_far_ones_are_no_fractions_and_both_are_counted():
    values = 100 * TRUNK
    values[0, 0, :5] = [-4, 104, -30, 300, np.nan]
    found = fat_map(values)
    assert np.array_equal(found.fraction.array[0, 0, :5], [0, 1, np.nan, np.nan, np.nan], equal_nan=True)
    assert found.parameters["clipped_voxels"] == 2
    assert found.parameters["voxels_without_fraction"] == 3


def test_a_few_spikes_do_not_change_the_scale():
    values = 100 * TRUNK
    values[0, 0, :4] = 900
    assert scale_of(values) == 100


def test_a_mask_is_not_a_map():
    with pytest.raises(InputError, match="is a mask"):
        fat_map((TRUNK > 0.5).astype(np.uint8))


def test_an_empty_map_is_refused():
    with pytest.raises(InputError, match="no value above 0"):
        fat_map(np.zeros((1, 2, 2)))
