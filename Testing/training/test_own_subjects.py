"""A user's own folder of subjects: read in axial order, refused with a sentence where it cannot be used."""

import json

import numpy as np
import pytest
import SimpleITK as sitk

from ParaspinalFatLib.errors import GeometryError, InputError
from ParaspinalFatLib.training.own_subjects import load_own_subject, load_own_subjects


def write(path, array, directions=(1, 0, 0, 0, 1, 0, 0, 0, 1)):
    path.parent.mkdir(exist_ok=True)
    image = sitk.GetImageFromArray(array)
    image.SetSpacing((0.8, 0.9, 4.0))
    image.SetDirection(directions)
    sitk.WriteImage(image, str(path))


@pytest.fixture
def labels():
    """Three slices, the lowest without any structure; multifidus right at low columns."""
    labels = np.zeros((3, 8, 10), np.uint8)
    labels[1:, 2:6, 1:4], labels[1:, 2:6, 6:9] = 1, 2
    return labels


def test_an_image_of_any_contrast_needs_no_fat_image(tmp_path, labels):
    write(tmp_path / "anna" / "image.nii.gz", (labels * 100 + 50).astype(np.int16))
    write(tmp_path / "anna" / "labels.nii.gz", labels)
    (subject,) = load_own_subjects(tmp_path)
    assert subject.name == "anna"
    assert subject.fat is None
    assert subject.pixel_mm == pytest.approx((0.9, 0.8))
    np.testing.assert_array_equal(subject.labels, labels[1:])  # the slice without structures is not used


def test_water_and_fat_of_a_file_with_reversed_axes_come_in_axial_order(tmp_path, labels):
    reversed_axes = (-1, 0, 0, 0, -1, 0, 0, 0, 1)
    for role in ("water", "fat"):
        write(tmp_path / "ben" / f"{role}.nrrd", np.ones((3, 8, 10), np.float32), reversed_axes)
    write(tmp_path / "ben" / "labels.nrrd", np.ascontiguousarray(labels[:, ::-1, ::-1]), reversed_axes)
    np.testing.assert_array_equal(load_own_subject(tmp_path / "ben").labels, labels[1:])


def test_a_missing_file_is_named(tmp_path, labels):
    write(tmp_path / "carl" / "labels.nii.gz", labels)
    write(tmp_path / "carl" / "water.nii.gz", labels)
    with pytest.raises(InputError, match="no fat file"):
        load_own_subject(tmp_path / "carl")


def test_labels_of_another_size_are_refused(tmp_path, labels):
    write(tmp_path / "dora" / "image.nii.gz", labels[:2])
    write(tmp_path / "dora" / "labels.nii.gz", labels)
    with pytest.raises(GeometryError, match="one grid"):
        load_own_subject(tmp_path / "dora")


def test_labels_without_any_structure_are_refused(tmp_path, labels):
    write(tmp_path / "eva" / "image.nii.gz", labels)
    write(tmp_path / "eva" / "labels.nii.gz", labels * 0 + 255)
    with pytest.raises(InputError, match="no structure"):
        load_own_subject(tmp_path / "eva")


def exported(folder, labels, undrawn, version=1):
    """A case as the panel exports it."""
    write(folder / "image.nii.gz", (labels % 200).astype(np.int16) + 50)
    write(folder / "labels.nii.gz", labels)
    content = {"schema": "paraspinalfat-case", "schema_version": version, "undrawn": undrawn}
    (folder / "provenance.json").write_text(json.dumps(content))


def test_what_nobody_drew_in_an_exported_case_narrows_what_is_unknown(tmp_path, labels):
    labels[labels == 0] = 255
    exported(tmp_path / "few", labels, ["IC_right", "IC_left", "sacrum"])
    assert set(np.unique(load_own_subject(tmp_path / "few").labels)) == {1, 2, 254}
    exported(tmp_path / "many", labels, ["IC_right", "PM_left"])
    assert set(np.unique(load_own_subject(tmp_path / "many").labels)) == {1, 2, 255}


def test_an_export_of_a_later_version_is_refused(tmp_path, labels):
    exported(tmp_path / "later", labels, [], version=2)
    with pytest.raises(InputError, match="later version"):
        load_own_subject(tmp_path / "later")
