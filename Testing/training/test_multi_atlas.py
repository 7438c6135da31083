"""The multi-atlas baseline: it finds a moved phantom of another contrast, and fuses labels as it says."""

import numpy as np
import pytest
from torso import axial_affine, dice, make_torso

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.training.multi_atlas import Atlas, outline_by_atlases, staple


def test_an_atlas_of_another_contrast_and_size_is_carried_onto_the_image():
    atlas, target = make_torso(pixel_mm=3.0, slices=4), make_torso(pixel_mm=3.0, slices=4, scale=1.12, seed=1)
    inverted = atlas.image.with_array(np.where(atlas.image.array > 60, 1200 - atlas.image.array, 0).astype(np.float32))
    found = outline_by_atlases(target.image, [Atlas("other", inverted, atlas.image.with_array(atlas.truth))])
    untouched = dice(atlas.truth == 3, target.truth == 3)
    assert dice(found.array == 3, target.truth == 3) > max(0.85, untouched)
    assert dice(found.array == 4, target.truth == 4) > 0.85


def test_the_same_fit_is_found_again():
    atlas, target = make_torso(pixel_mm=3.0, slices=4), make_torso(pixel_mm=3.0, slices=4, scale=1.12, seed=1)
    atlases = [Atlas("other", atlas.image, atlas.image.with_array(atlas.truth))]
    first, second = (outline_by_atlases(target.image, atlases).array for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_noise_in_the_air_and_a_body_elsewhere_in_the_image_mislead_no_atlas():
    atlas, target = make_torso(pixel_mm=3.0, slices=4), make_torso(pixel_mm=3.0, slices=4, seed=1)
    shift = (0, -14, 10)
    grey, truth = (np.roll(planes, shift, (0, 1, 2)) for planes in (target.image.array, target.truth))
    air = np.abs(np.random.default_rng(0).normal(0, 0.06 * grey.max(), grey.shape))
    found = outline_by_atlases(
        target.image.with_array((grey + air).astype(np.float32)),
        [Atlas("other", atlas.image, atlas.image.with_array(atlas.truth))],
    )
    assert dice(found.array == 3, truth == 3) > 0.7
    assert dice(found.array == 4, truth == 4) > 0.7


def test_staple_trusts_the_two_that_agree():
    good, bad = np.zeros((1, 12, 12), np.uint8), np.zeros((1, 12, 12), np.uint8)
    good[0, 2:8, 2:8], bad[0, 6:12, 6:12] = 1, 1
    assert dice(staple([good, good.copy(), bad]) == 1, good == 1) > 0.99


def test_without_an_atlas_there_is_no_outline():
    with pytest.raises(InputError, match="at least one"):
        outline_by_atlases(Image(np.ones((1, 4, 4), np.float32), axial_affine(1, 1, 4)), [])


def test_stacks_of_too_few_slices_are_refused_by_name():
    few, enough = make_torso(pixel_mm=3.0, slices=3).image, make_torso(pixel_mm=3.0, slices=4).image
    with pytest.raises(InputError, match="The image has 3 slices"):
        outline_by_atlases(few, [Atlas("other", enough, enough)])
    with pytest.raises(InputError, match="Atlas short has 3 slices"):
        outline_by_atlases(enough, [Atlas("other", enough, enough), Atlas("short", few, few)])


def slices_along_i(image):
    """The same image, stored with its slices along i."""
    return Image(np.ascontiguousarray(image.array.transpose(2, 1, 0)), image.affine[:, [2, 1, 0, 3]])


def test_slices_may_be_stored_along_any_axis():
    atlas, target = make_torso(pixel_mm=3.0, slices=4), make_torso(pixel_mm=3.0, slices=4, scale=1.12, seed=1)
    plain = Atlas("other", atlas.image, atlas.image.with_array(atlas.truth))
    turned = Atlas("other", slices_along_i(plain.image), slices_along_i(plain.labels))
    expected = outline_by_atlases(target.image, [plain]).array
    found = outline_by_atlases(slices_along_i(target.image), [turned]).array.transpose(2, 1, 0)
    for value in (3, 4):
        assert dice(found == value, expected == value) > 0.97
    few = slices_along_i(make_torso(pixel_mm=3.0, slices=3).image)
    with pytest.raises(InputError, match="The image has 3 slices"):
        outline_by_atlases(few, [plain])
