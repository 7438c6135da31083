"""The true fat fraction on the labels' grid, by ramps and boxes whose place in the scanner is known."""

import numpy as np
import pytest

from ParaspinalFatLib.errors import GeometryError
from ParaspinalFatLib.evaluation.true_fraction import on_grid, role_of, shows_fat_bright, true_fraction
from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
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


def test_a_name_that_says_nothing_is_a_conventional_image():
    assert (role_of("T2w"), role_of("water"), role_of("fat")) == (Role.ANATOMY, Role.WATER, Role.FAT)


def test_fat_is_bright_in_conventional_images_only_and_not_where_it_is_suppressed():
    assert all(shows_fat_bright(name) for name in ("T1w", "T2w", "not named"))
    assert not any(shows_fat_bright(name) for name in ("water", "fat", "inphase", "opp", "t2_fs", "t2_stir"))
