import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ParaspinalFatLib.errors import InputError, MeasurementError
from ParaspinalFatLib.fat.signals import fat_fraction, noise_floor_of, require_signals

FRACTIONS = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=60)


@given(FRACTIONS, st.floats(1e-3, 1e6), st.sampled_from([np.float32, np.float64]))
def test_a_known_fraction_comes_back_to_1e_6_whatever_the_scale_of_the_images(truth, scale, dtype):
    truth = np.array(truth).reshape(1, 1, -1)
    fat, water = (scale * truth).astype(dtype), (scale * (1 - truth)).astype(dtype)
    assert fat_fraction(fat, water, 0).fraction == pytest.approx(truth, abs=1e-6)


@given(
    st.lists(st.tuples(st.integers(0, 4095), st.integers(1, 4095)), min_size=1),
    st.sampled_from(["uint16", "int16", "int32", "float32"]),
)
def test_integer_images_give_the_exact_ratio_and_do_not_overflow(pairs, dtype):
    fat, water = np.array(pairs).T.reshape(2, 1, 1, -1)
    stretch = 7 if dtype == "int16" else 16
    found = fat_fraction((fat * stretch).astype(dtype), (water * stretch).astype(dtype), 0).fraction
    assert found == pytest.approx(fat / (fat + water), abs=1e-6)


def test_voxels_without_signal_or_without_a_number_have_no_fraction_and_are_counted():
    fat = np.array([[[0, 5, np.nan, np.inf, 1]]])
    water = np.array([[[0, 15, 1, 1, np.nan]]])
    found = fat_fraction(fat, water, 0)
    assert np.array_equal(found.fraction, [[[np.nan, 0.25, np.nan, np.nan, np.nan]]], equal_nan=True)
    assert found.known_voxels == 1
    assert found.record["voxels_without_fraction"] == 4


def test_signals_are_unknown_wherever_the_fraction_is():
    found = fat_fraction(np.array([[[1, 30]]]), np.array([[[2, 10]]]), 3)
    assert np.array_equal(found.fat, [[[np.nan, 30]]], equal_nan=True)
    assert np.array_equal(found.total, [[[np.nan, 40]]], equal_nan=True)


def test_a_voxel_exactly_at_the_noise_floor_has_no_fraction():
    assert np.isnan(fat_fraction(np.array([[[1]]]), np.array([[[2]]]), 3).fraction[0, 0, 0])
    assert fat_fraction(np.array([[[1]]]), np.array([[[2]]]), 2.9).fraction[0, 0, 0] == pytest.approx(1 / 3)


def test_a_negative_signal_counts_as_zero_and_is_counted():
    found = fat_fraction(np.array([[[-4, 30, -1]]]), np.array([[[40, -10, -1]]]), 0)
    assert np.array_equal(found.fraction, [[[0, 1, np.nan]]], equal_nan=True)
    assert found.negative_voxels == 3


def test_the_images_themselves_are_left_as_they_were():
    fat, water = np.array([[[-4.0, 0.0]]], np.float32), np.array([[[40.0, 0.0]]], np.float32)
    fat_fraction(fat, water, 0)
    assert fat.tolist() == [[[-4, 0]]]
    assert water.tolist() == [[[40, 0]]]


def noisy_trunk(noise, air=0.0):
    """A bright block in noisy air."""
    rng = np.random.default_rng(1)
    body = np.full((8, 40, 40), air)
    body[:, 8:32, 8:32] = 1000
    return body + np.abs(rng.normal(0, noise, body.shape))


def test_the_noise_floor_is_what_almost_all_air_stays_below():
    floor, source = noise_floor_of(noisy_trunk(noise=10))
    assert source == "air in the corners of the image"
    assert 2.2 * 10 < floor < 3.0 * 10  # 99 % of a half-normal distribution: 2.58 standard deviations


def test_air_that_was_set_to_zero_gives_a_floor_of_zero():
    assert noise_floor_of(noisy_trunk(noise=0)) == (0.0, "air in the corners of the image")


def test_tissue_in_the_corners_is_not_taken_for_noise():
    floor, source = noise_floor_of(noisy_trunk(noise=10)[:, 8:32, 8:32])
    assert (floor, source) == (0.0, "none: the corners of the image are not air")


def test_the_noise_floor_is_the_same_however_the_axes_are_stored():
    trunk = noisy_trunk(noise=10)
    assert noise_floor_of(trunk[::-1].transpose(2, 0, 1)) == noise_floor_of(trunk)


@pytest.mark.parametrize("floor", [-1, np.nan, np.inf, "5", True])
def test_a_noise_floor_that_is_no_number_from_zero_up_is_refused(floor):
    with pytest.raises(MeasurementError, match="noise floor must be a number of at least 0"):
        fat_fraction(np.ones((1, 1, 1)), np.ones((1, 1, 1)), floor)


def test_images_without_any_signal_are_refused():
    with pytest.raises(InputError, match="have no signal"):
        require_signals(fat_fraction(np.zeros((1, 2, 2)), np.zeros((1, 2, 2))), "The water and fat images")


def test_phase_images_are_refused():
    fat = np.array([[[-5.0, -3.0, 8.0]]])
    with pytest.raises(InputError, match="negative in most voxels"):
        require_signals(fat_fraction(fat, np.ones_like(fat)), "The water and fat images")
