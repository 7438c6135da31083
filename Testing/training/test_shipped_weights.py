"""The weights that come with the program are at least as good as when they were shipped.

Both subjects were trained on, so the Dice limits guard against a broken file or pipeline; they are no accuracy figures.
"""

import numpy as np
import pytest

from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.resources import weights_card_path
from ParaspinalFatLib.segmentation.card import read_card
from ParaspinalFatLib.segmentation.predict import predict
from ParaspinalFatLib.training.evaluation import dice, standard_groups
from ParaspinalFatLib.training.subjects import load_raw_images


@pytest.fixture(scope="module")
def card():
    return read_card(weights_card_path())


def image_of(slices, pixel_mm):
    """An image in axial order: columns to the left, rows to posterior."""
    return Image(slices, np.diag([-pixel_mm[1], -pixel_mm[0], 4.0, 1.0]))


@pytest.mark.parametrize(("name", "role"), [("tum01", "water"), ("tum01", "fat"), ("musclemap_sub0001", "fat-bright")])
def test_known_subjects_are_outlined_with_right_on_the_right(shared_data, card, name, role):
    images, labels, pixel_mm = load_raw_images(shared_data, name)
    middle = slice(len(labels) // 3, 2 * len(labels) // 3)
    found = predict(image_of(images[role][middle], pixel_mm), card, threads=2).labels.array
    figures = dice(labels[middle], found, standard_groups())
    assert min(figures["ES+MF_right"], figures["ES+MF_left"]) > 0.93
    assert min(figures["PM_right"], figures["PM_left"]) > 0.85


def test_a_mirrored_image_gives_the_mirrored_outline_so_sides_follow_the_patient(shared_data, card):
    images, _, pixel_mm = load_raw_images(shared_data, "tum01")
    image = image_of(images["water"][14:15], pixel_mm)
    turned = Image(np.ascontiguousarray(image.array[:, :, ::-1]), _reversed_columns(image))
    first, second = (axial_view(predict(each, card, threads=2).labels).image.array for each in (image, turned))
    np.testing.assert_array_equal(first, second)


def _reversed_columns(image):
    """The affine of the same patient stored with columns from left to right."""
    affine = image.affine.copy()
    affine[:3, 3] = image.world([image.array.shape[2] - 1, 0, 0])
    affine[:3, 0] *= -1
    return affine
