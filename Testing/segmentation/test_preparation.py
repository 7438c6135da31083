"""What goes to the network and comes back lies where it was, at any pixel size."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.segmentation.body import Box, body_box
from ParaspinalFatLib.segmentation.intensity import normalise
from ParaspinalFatLib.segmentation.preparation import Preparation, prepare


def disc_image(row_mm: float, column_mm: float, centre_mm=(41.3, 52.6), radius_mm=14.0, size_mm=100.0) -> Image:
    """A bright disc in darker tissue; pixels at its rim hold its share (to about 1 %)."""
    rows = np.arange(round(size_mm / row_mm)) * row_mm
    columns = np.arange(round(size_mm / column_mm)) * column_mm
    share = np.zeros((len(rows), len(columns)))
    offsets = (np.arange(8) - 3.5) / 8
    for row in offsets * row_mm:
        for column in offsets * column_mm:
            distance = np.hypot(rows[:, None] + row - centre_mm[0], columns[None, :] + column - centre_mm[1])
            share += distance < radius_mm
    return Image(100 + 900 * share[None] / 64, np.diag([-column_mm, -row_mm, 4.0, 1.0]))


def through_an_identity_network(image: Image, preparation: Preparation) -> np.ndarray:
    """Labels of a 'network' that answers with the disc's share in each of its input pixels."""
    share = preparation.cropped((preparation.resampled(image.array[0]) - 100) / 900)
    return preparation.channels(np.stack([1 - share, share]).astype(np.float32))


@pytest.mark.parametrize("row_mm", [0.3, 0.5, 0.9, 1.0, 1.02, 1.3, 2.0])
@pytest.mark.parametrize("column_mm", [0.3, 1.0, 1.7])
def test_a_disc_comes_back_unshifted_and_as_large_as_it_was(row_mm, column_mm):
    shifts, areas = [], []
    for centre_mm in ((41.3, 52.6), (41.9, 52.9), (42.6, 53.3), (43.2, 52.3)):  # whole pixels round a disc's centre as well
        image = disc_image(row_mm, column_mm, centre_mm)
        rows, columns = np.nonzero(through_an_identity_network(image, prepare(image, 1.0, 16)))
        shifts.append((rows.mean() - centre_mm[0] / row_mm, columns.mean() - centre_mm[1] / column_mm))
        areas.append(len(rows) * row_mm * column_mm)
    assert np.abs(np.mean(shifts, axis=0)).max() < 0.1
    assert np.mean(areas) == pytest.approx(np.pi * 14.0**2, rel=0.02)


def test_the_network_sees_whole_strides_and_the_labels_have_the_images_size():
    image = disc_image(0.7, 0.9)
    preparation = prepare(image, 1.0, 32)
    assert preparation.network_input(image.array[0]).shape == preparation.network_shape
    assert [size % 32 for size in preparation.network_shape] == [0, 0]
    assert through_an_identity_network(image, preparation).shape == image.array.shape[1:]


def test_outside_the_body_nothing_is_labelled():
    array = np.zeros((1, 160, 160))
    array[0, 60:100, 50:110] = disc_image(1.0, 1.0).array[0, 20:60, 20:80]
    image = Image(array, np.diag([-1.0, -1.0, 4.0, 1.0]))
    preparation = prepare(image, 1.0, 16)
    everywhere = np.stack([np.zeros(preparation.network_shape), np.ones(preparation.network_shape)]).astype(np.float32)
    labels = preparation.channels(everywhere)
    box = body_box(array, (1.0, 1.0))
    assert labels[box.slices].all()
    assert labels.sum() == (box.row_stop - box.row_start) * (box.column_stop - box.column_start) < labels.size


def test_the_most_probable_class_wins_also_among_many_weak_ones():
    image = disc_image(1.0, 1.0)
    preparation = prepare(image, 1.0, 16, Box(0, 100, 0, 100))
    probabilities = np.full((5, *preparation.network_shape), 0.19, np.float32)
    probabilities[3] = 0.24
    assert set(np.unique(preparation.channels(probabilities))) == {3}


def test_a_single_small_slice_is_enough():
    image = Image(np.random.default_rng(0).random((1, 9, 11)), np.diag([-2.0, -2.0, 10.0, 1.0]))
    preparation = prepare(image, 1.0, 16)
    assert preparation.network_input(image.array[0]).shape == (32, 32)


def test_what_the_network_sees_of_a_pixel_does_not_depend_on_the_crop():
    image = disc_image(0.7, 0.9)
    whole, part = (prepare(image, 1.0, 16, box) for box in (Box(0, 143, 0, 111), Box(40, 90, 30, 80)))
    scaled = normalise(whole.resampled(image.array[0])[None])[0]
    rows, columns = part.rows.window, part.columns.window
    expected = scaled[rows.start : rows.start + rows.size, columns.start : columns.start + columns.size]
    np.testing.assert_array_equal(part.network_input(image.array[0]), expected)


def test_beyond_the_images_edge_the_network_sees_zero():
    image = disc_image(1.0, 1.0)
    seen = prepare(image, 1.0, 64, Box(0, 100, 0, 100)).network_input(image.array[0])
    assert seen.shape == (128, 128)
    assert not seen[:14].any()
    assert not seen[:, 114:].any()
    assert seen[14:114, 14:114].any()


@pytest.mark.parametrize("pixel_mm", [0.5, 1.0, 2.5])
def test_the_winner_and_its_probability_are_those_of_comparing_all_classes_everywhere(pixel_mm):
    image = disc_image(pixel_mm, pixel_mm)
    preparation = prepare(image, 1.0, 16, Box(0, image.array.shape[1], 0, image.array.shape[2]))
    generator = np.random.default_rng(0)
    coarse = generator.gamma(0.3, size=(6, *(size // 8 for size in preparation.network_shape)))
    probabilities = np.kron(coarse, np.ones((1, 8, 8)))
    probabilities[2] = 0  # a class that is nowhere
    probabilities = (probabilities / probabilities.sum(axis=0)).astype(np.float32)
    everywhere = np.stack([preparation.rows.back @ one @ preparation.columns.back.T for one in probabilities])
    np.testing.assert_array_equal(preparation.channels(probabilities), everywhere.argmax(axis=0))
    channels, probability = preparation.channels_and_probability(probabilities)
    np.testing.assert_array_equal(channels, everywhere.argmax(axis=0))
    np.testing.assert_allclose(probability, everywhere.max(axis=0), atol=1e-6)
