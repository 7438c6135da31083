"""What is read of a case: structures, unknown voxels, levels, the true fat fraction."""

import numpy as np
import pytest
from evaluation.drawn_cases import SHAPE, drawn_labels, write_case
from evaluation.drawn_truth import box, truth_of

from ParaspinalFatLib.agreement.masks import Labelling
from ParaspinalFatLib.errors import GeometryError
from ParaspinalFatLib.evaluation.truth import labels_of, read_truth, structures_of
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.reading import read_image
from ParaspinalFatLib.imaging.writing import write_image
from ParaspinalFatLib.training.labelled_cases import find_labelled_cases


def read(folder, **options):
    (case,) = find_labelled_cases(folder, folder)
    return read_truth(case, Labelling({}, 255), **options)


def test_coarser_muscles_are_made_of_their_parts(tmp_path):
    write_case(tmp_path, "anna", drawn_labels())
    assert set(read(tmp_path).structures) == {"MF_right", "ES_right", "IVD", "ES+MF_right"}


def test_the_true_fat_fraction_is_that_of_water_and_fat(tmp_path):
    write_case(tmp_path, "anna", drawn_labels())
    truth = read(tmp_path)
    assert truth.fraction[truth.structures["ES_right"]].mean() == pytest.approx(0.1, abs=1e-3)


def test_without_water_and_fat_there_is_no_true_fraction(tmp_path):
    write_case(tmp_path, "anna", drawn_labels())
    (tmp_path / "anna" / "water.nii.gz").unlink()
    assert read(tmp_path).fraction is None


def test_unknown_voxels_are_no_structure_and_are_not_known(tmp_path):
    labels = drawn_labels()
    labels[0] = 255
    write_case(tmp_path, "anna", labels)
    truth = read(tmp_path)
    assert not truth.known[0].any()
    assert truth.known[1:].all()


def test_the_disc_of_the_labels_gives_the_level_and_the_user_its_name(tmp_path):
    write_case(tmp_path, "anna", drawn_labels())
    assert dict(read(tmp_path, lowest_level="L5/S1").levels) == {"L5/S1": 2}


def test_labels_on_another_grid_are_refused(tmp_path):
    write_case(tmp_path, "anna", drawn_labels())
    affine = read_image(tmp_path / "anna" / "labels.nii.gz").affine + np.diag([0.5, 0, 0, 0])
    write_image(Image(drawn_labels(), affine), tmp_path / "anna" / "labels.nii.gz")
    with pytest.raises(GeometryError, match="labels"):
        read(tmp_path)


def test_the_grid_is_that_of_the_labels_whatever_the_order_of_the_images(tmp_path):
    write_case(tmp_path, "anna", drawn_labels())
    for name in ("fat", "water"):
        path = tmp_path / "anna" / f"{name}.nii.gz"
        image = read_image(path)
        write_image(Image(image.array[:, ::2, ::2], image.affine @ np.diag([2.0, 2.0, 1.0, 1.0])), path)
    (tmp_path / "anna" / "T2w.nii.gz").rename(tmp_path / "anna" / "t2w.nii.gz")  # behind "fat"
    truth = read(tmp_path)
    assert truth.grid.array.shape == truth.fraction.shape == SHAPE


def test_an_image_that_cannot_be_read_does_not_hide_the_grid_of_the_others(tmp_path):
    write_case(tmp_path, "anna", drawn_labels())
    (tmp_path / "anna" / "T2w.nii.gz").write_bytes(b"nothing")  # the first by name
    assert read(tmp_path).grid.array.shape == SHAPE


def test_dixon_images_that_cannot_be_used_leave_the_outlines_to_be_judged(tmp_path):
    write_case(tmp_path, "anna", drawn_labels())
    image = read_image(tmp_path / "anna" / "fat.nii.gz")
    write_image(Image(image.array[1:], image.affine), tmp_path / "anna" / "fat.nii.gz")
    truth = read(tmp_path)
    assert truth.fraction is None
    assert "do not lie on one grid" in truth.fraction_problem
    assert set(truth.structures) == {"MF_right", "ES_right", "IVD", "ES+MF_right"}


def test_a_part_that_was_missed_leaves_its_coarser_muscle_to_the_other_part():
    truth = truth_of({"MF_right": box(), "ES_right": box(columns=(0, 10))})
    predicted = truth.in_axial_order({"ES_right": box(columns=(0, 10))})
    assert np.array_equal(predicted["ES+MF_right"], box(columns=(0, 10)))


def test_structures_and_labels_are_each_others_inverse():
    labels = Image(drawn_labels(), np.eye(4))
    assert np.array_equal(labels_of(structures_of(labels), labels).array, labels.array)


def test_voxel_edges_are_given_along_slices_rows_and_columns(tmp_path):
    write_case(tmp_path, "anna", drawn_labels())
    truth = read(tmp_path)
    assert truth.spacing_mm == pytest.approx((4.0, 1.0, 1.0))
    assert truth.structures["MF_right"].shape == SHAPE
