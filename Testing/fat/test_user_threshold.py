import numpy as np
import pytest

from ParaspinalFatLib.errors import MeasurementError
from ParaspinalFatLib.fat.user_threshold import prepare_user_threshold
from ParaspinalFatLib.fat.validity import MUSCLES
from ParaspinalFatLib.imaging.roles import Role


@pytest.fixture
def ramp(labelled):
    """A muscle whose voxels have the values 1 to 100, and one voxel beside it."""
    labels = labelled((1, 10, 11), MF_right=(0, 10))
    array = np.zeros((1, 10, 11))
    array[0, :, :10] = np.arange(1, 101).reshape(10, 10)
    return {Role.ANATOMY: labels.with_array(array)}, labels


def fat_share(found):
    return np.nanmean(found.fraction.array)


def test_signal_above_the_threshold_is_fat(ramp):
    images, labels = ramp
    found = prepare_user_threshold(images, threshold=80)(labels)
    assert fat_share(found) == pytest.approx(0.2)
    assert found.parameters["fits"]["all muscles"] == {"threshold": 80.0, "voxels": 100, "fat_share": pytest.approx(0.2)}


def test_moving_the_slider_gives_what_a_new_start_would_give(ramp):
    images, labels = ramp
    slider = prepare_user_threshold(images, threshold=79).slider(labels)
    for threshold in (10, 49.5, 200, np.float32(3)):
        moved, anew = slider(threshold), prepare_user_threshold(images, threshold=threshold)(labels)
        assert np.array_equal(moved.fraction.array, anew.fraction.array, equal_nan=True)
        assert moved.parameters == anew.parameters


def test_labels_that_were_edited_in_place_are_looked_at_anew(ramp):
    images, labels = ramp
    mapper = prepare_user_threshold(images, threshold=80)
    mapper(labels)
    labels.array[:, :5] = 0
    assert fat_share(mapper(labels)) == pytest.approx(0.4)


def test_no_muscle_is_validated_for_a_threshold_chosen_by_hand(ramp):
    images, labels = ramp
    assert set(prepare_user_threshold(images, threshold=1)(labels).not_validated) == set(MUSCLES)


@pytest.mark.parametrize("threshold", [None, np.nan, "80", True])
def test_a_threshold_must_be_a_number(ramp, threshold):
    with pytest.raises(MeasurementError, match="needs a threshold"):
        prepare_user_threshold(ramp[0], threshold=threshold)
