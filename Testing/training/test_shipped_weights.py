"""The weights that come with the program are at least as good as when they were shipped.

Both subjects were trained on, so the Dice limits guard against a broken file or pipeline; they are no accuracy figures. The
sample case is drawn: there the sides of single slices are tested.
"""

import numpy as np
import pytest

from ParaspinalFatLib.agreement.masks import with_composites
from ParaspinalFatLib.anatomy import BY_IDENTIFIER, BY_VALUE
from ParaspinalFatLib.evaluation.truth import structures_of
from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.label_file import read_labels
from ParaspinalFatLib.imaging.reading import read_image
from ParaspinalFatLib.resources import resource, weights_card_path
from ParaspinalFatLib.segmentation.card import read_card
from ParaspinalFatLib.segmentation.predict import predict
from ParaspinalFatLib.training.evaluation import dice, standard_groups
from ParaspinalFatLib.training.subjects import load_raw_images

SINGLE_SLICES = (0, 8, 16)
"""Of the sample: beside the sacrum, with the iliacus, and at L4/5 and L3/4, with the quadratus lumborum."""

WELL_ABOVE = 0.25
"""By which the Dice of a muscle's own side must exceed that of its outlines with sides exchanged; exchanged ones have 0."""


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


@pytest.mark.parametrize("k", SINGLE_SLICES)
@pytest.mark.parametrize("mirrored", [False, True])
def test_every_muscle_of_a_single_slice_is_given_to_its_own_side(card, k, mirrored):
    image, labels = sample_slice(k)
    if mirrored:  # another body, in which everything lies on the other side of the same scanner
        image = image.with_array(np.ascontiguousarray(image.array[:, :, ::-1]))
        labels = with_sides_exchanged(labels[:, :, ::-1])
    found = with_composites(structures_of(predict(image, card, threads=1).labels))
    muscles = [BY_VALUE[value] for value in np.unique(labels[labels > 0]).tolist() if BY_VALUE[value].is_muscle]
    assert {one.side.value for one in muscles} == {"right", "left"}
    for muscle in muscles:
        own, exchanged = (
            overlap_of(labels == muscle.value, found.get(f"{muscle.abbreviation}_{side}"))
            for side in (muscle.side.value, other_side(muscle.side.value))
        )
        assert own > exchanged + WELL_ABOVE, (muscle.identifier, own, exchanged)


def sample_slice(k):
    """A slice of the sample's water image as a single image, which shows nothing of its neighbours, and its true labels."""
    water = read_image(resource("SampleCase", "water.nii.gz"))
    labels = read_labels(resource("SampleCase", "labels.nii.gz"), water).array[k : k + 1]
    affine = water.affine.copy()
    affine[:3, 3] = water.world([0, 0, k])
    return Image(water.array[k : k + 1], affine), labels


def with_sides_exchanged(labels):
    """Labels in which right and left have each other's values."""
    exchanged = labels.copy()
    for one in BY_VALUE.values():
        if one.side.value != "midline":
            partner = BY_IDENTIFIER[f"{one.abbreviation}_{other_side(one.side.value)}"]
            exchanged[labels == one.value] = partner.value
    return exchanged


def other_side(side):
    return {"right": "left", "left": "right"}[side]


def overlap_of(true, found):
    """Dice; 0 where nothing was found."""
    found = np.zeros_like(true) if found is None else found
    return 2 * np.count_nonzero(true & found) / (np.count_nonzero(true) + np.count_nonzero(found))


def _reversed_columns(image):
    """The affine of the same patient stored with columns from left to right."""
    affine = image.affine.copy()
    affine[:3, 3] = image.world([image.array.shape[2] - 1, 0, 0])
    affine[:3, 0] *= -1
    return affine
