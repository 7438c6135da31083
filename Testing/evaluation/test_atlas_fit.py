"""A baseline that was not fitted says so: images in which the fit must fail, and one in which it does not."""

import math

import numpy as np
import pytest
from torso import make_torso

from ParaspinalFatLib.evaluation.atlas_fit import (
    BY_CHANCE,
    filled_share,
    fit_remarks,
    laid_centre_on_centre,
    steps_across_outlines,
)
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.training.multi_atlas import Atlas, outline_by_atlases


@pytest.fixture(scope="module")
def atlas():
    torso = make_torso(pixel_mm=3.0, slices=4)
    return Atlas("other", torso.image, torso.image.with_array(torso.truth))


@pytest.fixture(scope="module")
def moved():
    """The same body elsewhere in the image, and its true labels."""
    torso = make_torso(pixel_mm=3.0, slices=4, seed=1)
    grey, truth = (np.roll(planes, (0, -14, 10), (0, 1, 2)) for planes in (torso.image.array, torso.truth))
    return torso.image.with_array(grey), torso.image.with_array(truth)


def noise(image: Image) -> Image:
    values = np.random.default_rng(0).normal(100, 30, image.array.shape)
    return image.with_array(np.abs(values).astype(np.float32))


def test_a_fit_that_finds_the_body_gets_no_remark(atlas, moved):
    image, _ = moved
    assert fit_remarks(image, outline_by_atlases(image, [atlas]), [atlas]) == ()


def test_a_fit_to_an_image_of_nothing_gets_a_remark(atlas):
    image = noise(atlas.image)
    (remark,) = fit_remarks(image, outline_by_atlases(image, [atlas]), [atlas])
    assert "looks no better than laying the grids' centres upon each other" in remark


def test_a_body_that_is_not_there_gets_a_remark_that_bodies_hardly_overlap(atlas):
    array = np.abs(np.random.default_rng(0).normal(0, 2, atlas.image.array.shape)).astype(np.float32)
    array[:, 2:8, 2:8] = 500  # a small thing in a corner
    image = atlas.image.with_array(array)
    (remark,) = fit_remarks(image, outline_by_atlases(image, [atlas]), [atlas])
    assert "hardly overlap after the fit" in remark


def test_outlines_left_where_the_grids_put_them_get_a_remark(atlas, moved):
    image, _ = moved
    (remark,) = fit_remarks(image, laid_centre_on_centre(image, [atlas]), [atlas])
    assert "no better" in remark


def test_nothing_outlined_gets_a_remark(atlas, moved):
    image, truth = moved
    (remark,) = fit_remarks(image, truth.with_array(np.zeros_like(truth.array)), [atlas])
    assert "fill 0 %" in remark


def test_true_outlines_lie_on_steps_and_those_of_noise_do_so_by_chance(moved):
    image, truth = moved
    assert steps_across_outlines(image, truth) > 2
    assert steps_across_outlines(noise(image), truth) == pytest.approx(BY_CHANCE, abs=0.04)


def test_steps_are_the_same_however_voxels_are_stored_and_whatever_their_unit(moved):
    image, truth = moved
    expected = steps_across_outlines(image, truth)
    flip = np.diag([1.0, 1.0, -1.0, 1.0])
    flip[2, 3] = len(image.array) - 1
    turned = [Image(one.array[::-1], one.affine @ flip) for one in moved]
    assert steps_across_outlines(*turned) == pytest.approx(expected)
    assert steps_across_outlines(image.with_array(image.array * 7.0), truth) == pytest.approx(expected)


def test_without_outlines_or_in_a_flat_image_steps_have_no_answer(moved):
    image, truth = moved
    assert math.isnan(steps_across_outlines(image, truth.with_array(np.zeros_like(truth.array))))
    assert math.isnan(steps_across_outlines(image.with_array(np.full(image.array.shape, 5.0)), truth))


def test_the_share_that_is_filled_is_relative_to_a_stack_of_the_images_length(atlas):
    half = Image(atlas.image.array[:2], atlas.image.affine)
    own = half.with_array(atlas.labels.array[:2])
    in_two = np.count_nonzero(own.array) / (np.count_nonzero(atlas.labels.array) / 2)
    assert filled_share(half, own, [atlas]) == pytest.approx(in_two)
    assert filled_share(atlas.image, atlas.labels, [atlas]) == pytest.approx(1.0)


def test_grids_are_laid_upon_each_other_by_their_middles(atlas):
    far = atlas.image.affine.copy()
    far[:3, 3] += (300, -70, 12)
    laid = laid_centre_on_centre(Image(atlas.image.array, far), [atlas])
    assert np.array_equal(laid.array, atlas.labels.array)
