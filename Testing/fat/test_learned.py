"""A fraction that a network predicted: measured as it is or as a binary map, and never called validated."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.errors import MeasurementError
from ParaspinalFatLib.fat.learned import PredictedFraction, fingerprint
from ParaspinalFatLib.fat.methods import METHODS, fat_map_of, method_for
from ParaspinalFatLib.fat.validity import MUSCLES
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role

AFFINE = np.diag([-1.0, -1.0, 4.0, 1.0])
FRACTION = np.array([[[0.0, 0.2, 0.5], [0.6, 1.0, np.nan]]], np.float32)
RECORD = {"weights": {"name": "tiny"}}


@pytest.fixture
def images():
    signal = np.array([[[5, 6, 7], [8, 0, 9]]], np.int16)
    learned = PredictedFraction(FRACTION, AFFINE, fingerprint(signal), RECORD)
    return {Role.ANATOMY: Image(signal, AFFINE), Role.LEARNED_FRACTION: learned}


def test_the_fraction_is_measured_as_predicted_but_for_voxels_without_a_signal(images):
    found = fat_map_of(images, None, "learned").fraction.array
    np.testing.assert_array_equal(found, np.array([[[0.0, 0.2, 0.5], [0.6, np.nan, np.nan]]], np.float32))


def test_the_binary_map_is_the_fraction_above_one_half(images):
    found = fat_map_of(images, None, "learned", {"binary": True}).fraction.array
    np.testing.assert_array_equal(found, np.array([[[0, 0, 0], [1, np.nan, np.nan]]], np.float32))


def test_it_is_validated_in_no_muscle(images):
    assert set(fat_map_of(images, None, "learned").not_validated) == set(MUSCLES)


def test_the_network_is_named_in_the_record(images):
    assert fat_map_of(images, None, "learned").parameters["prediction"] == RECORD


def test_an_image_without_a_prediction_is_refused_with_what_to_do(images):
    with pytest.raises(MeasurementError, match=r"not been predicted yet.*Press Measure again"):
        fat_map_of({Role.ANATOMY: images[Role.ANATOMY]}, None, "learned")


def test_a_fraction_predicted_from_another_image_is_refused(images):
    other = {**images, Role.ANATOMY: images[Role.ANATOMY].with_array(images[Role.ANATOMY].array + 1)}
    with pytest.raises(MeasurementError, match="predicted from another image"):
        fat_map_of(other, None, "learned")


def test_dixon_images_are_no_images_for_it(images):
    with pytest.raises(MeasurementError, match="learned needs the images: anatomy"):
        method_for({Role.FAT: images[Role.ANATOMY]}, "learned")


def test_it_stays_the_same_while_labels_are_edited():
    assert not METHODS["learned"].uses_labels
