"""Samples: repeatable, within their canvas, true to their labels, and never with sides exchanged."""

from dataclasses import replace

import numpy as np
import pytest

from ParaspinalFatLib.segmentation.division import WHOLE
from ParaspinalFatLib.training import synthesis
from ParaspinalFatLib.training.deformation import Strength, oblique, sampling_map
from ParaspinalFatLib.training.erector_division import ILIOCOSTALIS, LONGISSIMUS
from ParaspinalFatLib.training.synthesis import MIRROR, mirror, read_images, read_labels, sample
from ParaspinalFatLib.training.view import View

VIEW = View((96, 128), 0.8, 10.0)


def test_the_same_seed_gives_the_same_sample(tiny_subject):
    first, second = (sample(np.random.default_rng(7), tiny_subject, 1, None, VIEW) for _ in range(2))
    np.testing.assert_array_equal(first[0], second[0])
    np.testing.assert_array_equal(first[1], second[1])


@pytest.mark.parametrize("seed", range(8))
def test_a_sample_fills_its_canvas_with_scaled_values_and_known_label_values(tiny_subject, seed):
    image, labels = sample(np.random.default_rng(seed), tiny_subject, 1, None, VIEW)
    assert image.shape == labels.shape == (96, 128)
    assert image.dtype == np.float32
    assert image.min() >= 0
    assert image.max() < 1
    assert set(np.unique(labels)) <= set(np.unique(tiny_subject.labels))


@pytest.mark.parametrize("seed", range(20))
def test_right_lies_at_low_columns_in_every_sample_mirrored_or_not(tiny_subject, seed):
    _, labels = sample(np.random.default_rng(seed), tiny_subject, 1, None, VIEW)
    for right in (1, 3, 5):
        if (labels == right).any() and (labels == right + 1).any():
            assert np.nonzero(labels == right)[1].mean() < np.nonzero(labels == right + 1)[1].mean()


def test_a_mirror_reverses_columns_and_names_every_structure_after_its_other_side():
    image, labels = mirror(np.array([[1.0, 2.0, 3.0]]), np.array([[1, 8, 255]], np.uint8))
    np.testing.assert_array_equal(image, [[3.0, 2.0, 1.0]])
    np.testing.assert_array_equal(labels, [[255, 7, 2]])


def test_mirroring_twice_changes_nothing():
    np.testing.assert_array_equal(MIRROR[MIRROR], np.arange(256))


def test_an_image_of_one_fixed_contrast_can_be_sampled_too(tiny_subject):
    plain = type(tiny_subject)("plain", tiny_subject.water, None, tiny_subject.labels, tiny_subject.pixel_mm)
    image, _ = sample(np.random.default_rng(0), plain, 1, None, VIEW)
    assert image.std() > 0.01


@pytest.mark.parametrize("seed", range(8))
def test_the_parts_of_the_erector_spinae_move_with_it_and_stay_on_their_side(tiny_subject, seed):
    division = np.zeros_like(tiny_subject.labels)
    division[:, 34:50, 18:24], division[:, 34:50, 56:62] = ILIOCOSTALIS, ILIOCOSTALIS
    division[:, 34:50, 24:28], division[:, 34:50, 52:56] = LONGISSIMUS, LONGISSIMUS
    image, whole = sample(np.random.default_rng(seed), tiny_subject, 1, None, VIEW)
    same_image, divided = sample(np.random.default_rng(seed), replace(tiny_subject, division=division), 1, None, VIEW)
    np.testing.assert_array_equal(image, same_image)
    np.testing.assert_array_equal(WHOLE[divided], whole)
    for value in (3, 4):
        assert (divided == value).any() == (whole == value).any()
    columns = [np.nonzero(divided == value)[1] for value in (16, 18, 19, 17)]
    middles = [part.mean() for part in columns if part.size]
    assert middles == sorted(middles)
    assert len(middles) >= 2


@pytest.mark.parametrize("seed", range(6))
def test_oblique_cuts_show_disc_and_body_side_by_side_where_straight_slices_show_one(tiny_subject, seed, monkeypatch):
    monkeypatch.setattr(synthesis, "OBLIQUE_SHARE", 1.0)
    stack = replace(tiny_subject, slice_mm=3.0)
    rng = np.random.default_rng(seed)
    cut = [sample(rng, stack, 3, None, VIEW)[1] for _ in range(12)]
    assert any((labels == 11).any() and (labels == 12).any() for labels in cut)
    straight = [sample(rng, tiny_subject, 3, None, VIEW)[1] for _ in range(12)]
    assert not any((labels == 11).any() for labels in straight)


def test_an_oblique_cut_takes_image_and_labels_from_the_same_places(tiny_subject):
    numbers = np.arange(6)[:, None, None] + np.zeros(tiny_subject.labels.shape)
    stack = replace(tiny_subject, water=numbers.astype(np.float32), fat=None, labels=numbers.astype(np.uint8), slice_mm=3.0)
    rng, centre = np.random.default_rng(3), (64.0, 80.0)
    positions = sampling_map(rng, (40, 60), 2.0, centre, Strength())
    cut = oblique(rng, positions, 2, centre, 3.0)
    (image,) = read_images(rng, stack, 2, positions, cut)
    labels = read_labels(stack.labels, stack, 2, positions, cut)
    decided = np.abs(image - np.rint(image)) < 0.45
    assert len(np.unique(labels)) > 2
    np.testing.assert_array_equal(labels[decided], np.rint(image)[decided])
