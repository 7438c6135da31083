"""The true fat fraction on the labels' grid, by ramps and boxes whose place in the scanner is known."""

import numpy as np
import pytest

from ParaspinalFatLib.errors import GeometryError, InputError
from ParaspinalFatLib.evaluation.true_fraction import on_grid, shows_fat_bright, true_fraction
from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.writing import write_image
from ParaspinalFatLib.training.labelled_cases import LabelledCase

LABELS = Image(np.zeros((6, 40, 48), np.float32), np.diag([-1.0, -1.0, 4.0, 1.0]))
MUSCLES = np.zeros(LABELS.array.shape, bool)
MUSCLES[1:5, 12:28, 12:36] = True


def ramp(affine, shape):
    """A fraction that grows by 1 % a millimetre to the left and by 0.2 % a millimetre to superior."""
    k, j, i = np.indices(shape)
    right, _, superior = np.moveaxis(Image(np.zeros(shape), affine).world(np.stack([i, j, k], axis=-1)), -1, 0)
    return (0.2 - 0.01 * right + 0.002 * superior).astype(np.float32)


def case_with_dixon(folder, fraction, affine):
    for name, array in (("water", 1 - fraction), ("fat", fraction)):
        write_image(Image((100 * array).astype(np.float32), affine), folder / f"{name}.nii.gz")
    return LabelledCase("anna", folder / "labels.nii.gz", {name: folder / f"{name}.nii.gz" for name in ("water", "fat")})


def truth(case):
    return true_fraction(case, LABELS, axial_view(LABELS), MUSCLES)


def test_dixon_images_on_the_grid_of_the_labels_are_taken_as_they_are(tmp_path):
    found = truth(case_with_dixon(tmp_path, ramp(LABELS.affine, LABELS.array.shape), LABELS.affine))
    assert found.values == pytest.approx(ramp(LABELS.affine, LABELS.array.shape), abs=1e-6)
    assert found.remark == ""


def test_dixon_images_of_another_resolution_tell_the_fraction_of_the_place_in_the_scanner(tmp_path):
    affine = np.diag([-1.6, 1.6, 3.0, 1.0])  # rows the other way round
    affine[:3, 3] = (3.0, -45.0, -3.0)
    found = truth(case_with_dixon(tmp_path, ramp(affine, (10, 34, 36)), affine))
    assert found.values[MUSCLES] == pytest.approx(ramp(LABELS.affine, LABELS.array.shape)[MUSCLES], abs=1e-5)
    assert "another grid than the labels" in found.remark
    assert "averaged within those that are larger" in found.remark
    assert "kappa, recall and AUC of fat maps compare with a blurred truth" in found.remark
    assert "100 %" in found.remark


def test_dixon_images_of_the_same_size_but_25_mm_higher_are_not_taken_for_those_of_the_labels(tmp_path):
    affine = LABELS.affine.copy()
    affine[2, 3] += 8.0
    found = truth(case_with_dixon(tmp_path, ramp(affine, LABELS.array.shape), affine))
    assert np.isnan(found.values[:2]).all()
    assert found.values[2:][MUSCLES[2:]] == pytest.approx(ramp(LABELS.affine, LABELS.array.shape)[2:][MUSCLES[2:]], abs=1e-5)
    assert "75 %" in found.remark  # three of four slices
    affine[2, 3] += 17.0
    with pytest.raises(GeometryError, match="none of its labelled muscles"):
        truth(case_with_dixon(tmp_path, ramp(affine, LABELS.array.shape), affine))


def test_thick_voxels_hold_what_all_thin_ones_inside_them_hold():
    fine = np.zeros((24, 4, 4), np.float32)
    fine[::4] = 0.8  # one of four thin slices in each thick one
    thin = Image(fine, np.diag([-1.0, -1.0, 1.0, 1.0]))
    affine = np.diag([-1.0, -1.0, 4.0, 1.0])
    affine[2, 3] = 1.5
    thick = on_grid(FatMap(thin, "fat_fraction_map"), Image(np.zeros((6, 4, 4)), affine))
    assert thick == pytest.approx(np.full((6, 4, 4), 0.2), abs=1e-6)


def test_a_mixed_voxel_weighs_by_signal_and_what_is_not_known_takes_no_part():
    fraction = np.full((1, 1, 6), 0.5, np.float32)
    fraction[0, 0, :2], fraction[0, 0, 4:] = 1.0, np.nan
    total = np.ones((1, 1, 6), np.float32)
    total[0, 0, :2] = 3.0
    total[0, 0, 4:] = np.nan
    fine = FatMap(Image(fraction, np.diag([1.0, 1, 1, 1])), "dixon", {}, {}, fraction * total, total)
    affine = np.diag([2.0, 1, 1, 1])
    affine[0, 3] = 1.5  # voxels of two: half of the first ones, the next two, none
    found = on_grid(fine, Image(np.zeros((1, 1, 3)), affine))
    assert found[0, 0, 0] == pytest.approx((3 * 1.0 + 1 * 0.5) / 4)
    assert found[0, 0, 1] == pytest.approx(0.5)
    assert np.isnan(found[0, 0, 2])


def test_without_a_pair_or_a_map_there_is_no_true_fraction(tmp_path):
    case = case_with_dixon(tmp_path, ramp(LABELS.affine, LABELS.array.shape), LABELS.affine)
    alone = LabelledCase(case.name, case.labels, {"water": case.images["water"]})
    assert truth(alone) is None


def test_a_name_that_says_nothing_is_a_conventional_image(tmp_path):
    files = case_with_dixon(tmp_path, ramp(LABELS.affine, LABELS.array.shape), LABELS.affine).images
    assert shows_fat_bright("scan")
    assert truth(LabelledCase("anna", tmp_path / "labels.nii.gz", {"scan": files["water"], "other": files["fat"]})) is None


def test_fat_is_bright_in_conventional_images_only_and_not_where_it_is_suppressed():
    assert all(shows_fat_bright(name) for name in ("T1w", "T2w", "not named"))
    assert not any(shows_fat_bright(name) for name in ("water", "fat", "inphase", "opp", "t2_fs", "t2_stir", "stir", "fs"))


@pytest.mark.parametrize(
    "name", ["r2star", "R2Star", "B0", "wf", "phasemap", "field_map", "adc", "T2_ADC", "dwi", "ep2d_DWI"]
)
def test_maps_and_diffusion_show_no_bright_fat(name):
    assert not shows_fat_bright(name)


def acquisition(folder, name, times, affine=LABELS.affine):
    """Water and fat of so many times the ramp."""
    folder.joinpath(name).mkdir()
    images = case_with_dixon(folder / name, times * ramp(affine, LABELS.array.shape), affine).images
    return {f"{name}_{role}": path for role, path in images.items()}


def is_ramp(case, times):
    return truth(case).values == pytest.approx(times * ramp(LABELS.affine, LABELS.array.shape), abs=1e-6)


ELSEWHERE = np.diag([-1.0, -1.0, 4.1, 1.0])


def test_of_two_dixon_acquisitions_that_on_the_grid_of_the_labels_is_taken_whole(tmp_path):
    images = acquisition(tmp_path, "pre", 0.2) | acquisition(tmp_path, "zpost", 0.05, ELSEWHERE)
    assert is_ramp(LabelledCase("anna", tmp_path, images), 0.2)
    images = acquisition(tmp_path, "apost", 0.2, ELSEWHERE) | acquisition(tmp_path, "later", 0.05)
    assert is_ramp(LabelledCase("anna", tmp_path, images), 0.05)


def test_a_second_acquisition_without_its_fat_image_does_not_mix_with_the_first(tmp_path):
    images = acquisition(tmp_path, "pre", 0.2) | acquisition(tmp_path, "zpost", 0.8)
    del images["zpost_fat"]
    assert is_ramp(LabelledCase("anna", tmp_path, images), 0.2)


@pytest.mark.parametrize("affine", [LABELS.affine, ELSEWHERE])
def test_two_dixon_acquisitions_on_one_grid_are_refused_by_their_names(tmp_path, affine):
    images = acquisition(tmp_path, "pre", 0.2, affine) | acquisition(tmp_path, "zpost", 0.05, affine)
    with pytest.raises(InputError, match="pre_water, pre_fat, zpost_water, zpost_fat"):
        truth(LabelledCase("anna", tmp_path, images))


def test_water_of_two_acquisitions_and_fat_of_a_third_are_refused(tmp_path):
    images = {name: acquisition(tmp_path, name, 0.2)[f"{name}_water"] for name in ("pre", "post")}
    case = {f"{name}_water": path for name, path in images.items()} | {"mid_fat": images["pre"]}
    with pytest.raises(InputError, match="several Dixon images"):
        truth(LabelledCase("anna", tmp_path, case))


def test_a_pair_whose_names_differ_in_more_than_the_role_is_one_where_there_is_no_other(tmp_path):
    images = acquisition(tmp_path, "dixon", 0.2)
    images["fat"] = images.pop("dixon_fat")
    assert is_ramp(LabelledCase("anna", tmp_path, images), 0.2)


def oblique(spacing, origin):
    """Turned by 25 and by 10 degrees, with axes that run posterior, superior and left at first."""
    about_z, about_x = (
        np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]]) for a in np.radians([25, 10])
    )
    affine = np.eye(4)
    permuted = np.array([[0, 0, -1], [-1, 0, 0], [0, 1, 0.0]])
    affine[:3, :3] = about_z @ np.roll(about_x, (1, 1), axis=(0, 1)) @ permuted * spacing
    affine[:3, 3] = origin
    return affine


def test_an_oblique_grid_with_other_axes_and_three_spacings_tells_the_fraction_of_the_place():
    affine = oblique((1.7, 2.3, 1.3), (20.0, 25.0, -35.0))
    shape = (70, 40, 60)
    found = on_grid(FatMap(Image(ramp(affine, shape), affine), "fat_fraction_map"), LABELS)
    wanted = ramp(LABELS.affine, LABELS.array.shape)
    inside = np.isfinite(found)
    assert inside[MUSCLES].all()
    assert found[MUSCLES] == pytest.approx(wanted[MUSCLES], abs=1e-6)
