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
    (subject,) = load_own_subjects(tmp_path, background_known=True)
    assert subject.name == "anna"
    assert subject.fat is None
    assert subject.pixel_mm == pytest.approx((0.9, 0.8))
    np.testing.assert_array_equal(subject.labels, labels[1:])  # the slice without structures is not used


def test_water_and_fat_of_a_file_with_reversed_axes_come_in_axial_order(tmp_path, labels):
    reversed_axes = (-1, 0, 0, 0, -1, 0, 0, 0, 1)
    for role in ("water", "fat"):
        write(tmp_path / "ben" / f"{role}.nrrd", np.arange(240, dtype=np.float32).reshape(3, 8, 10), reversed_axes)
    write(tmp_path / "ben" / "labels.nrrd", np.ascontiguousarray(labels[:, ::-1, ::-1]), reversed_axes)
    subject = load_own_subject(tmp_path / "ben", background_known=True)
    np.testing.assert_array_equal(subject.labels, labels[1:])
    assert subject.water[0, 0, 0] > subject.water[0, 0, -1] > subject.fat[0, -1, -1]


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
    write(tmp_path / "eva" / "labels.nii.gz", np.where(labels, 255, 0).astype(np.uint8))
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
    labels[1, 0, 0:3], labels[1, 0, 6:9] = 3, 4
    exported(tmp_path / "back", labels, ["IC_right", "PM_left"])
    assert [set(np.unique(plane)) for plane in load_own_subject(tmp_path / "back").labels] == [
        {1, 2, 3, 4, 253},
        {1, 2, 255},
    ]


def test_an_export_of_a_later_version_is_refused(tmp_path, labels):
    exported(tmp_path / "later", labels, [], version=2)
    with pytest.raises(InputError, match="later version"):
        load_own_subject(tmp_path / "later")


def test_what_nobody_drew_is_unknown_unless_the_background_is_known(tmp_path, labels):
    write(tmp_path / "anna" / "image.nii.gz", (labels * 100 + 50).astype(np.int16))
    write(tmp_path / "anna" / "labels.nii.gz", labels)
    assert set(np.unique(load_own_subject(tmp_path / "anna").labels)) == {1, 2, 255}
    assert set(np.unique(load_own_subject(tmp_path / "anna", background_known=True).labels)) == {0, 1, 2}


@pytest.mark.parametrize("erector", [(3, 4), (16, 17)])
def test_beside_multifidus_and_erector_spinae_of_both_sides_a_voxel_is_neither(tmp_path, labels, erector):
    labels[1, 2:6, 0], labels[1, 2:6, 9] = erector
    labels[1, 1, 0], labels[1, 1, 9] = (18, 19) if erector == (16, 17) else erector
    write(tmp_path / "anna" / "image.nii.gz", (labels * 100 + 50).astype(np.int16))
    write(tmp_path / "anna" / "labels.nii.gz", labels)
    subject = load_own_subject(tmp_path / "anna")
    assert set(np.unique(subject.labels[0])) == {1, 2, 3, 4, 253}
    assert set(np.unique(subject.labels[1])) == {1, 2, 255}


@pytest.mark.parametrize(("also", "beside"), [((5, 6), 251), ((5, 6, 7, 8), 250), ((5, 7, 8), 253), ((11, 12), 253)])
def test_a_voxel_is_none_of_the_psoas_and_quadratus_muscles_that_are_drawn_beside_it(tmp_path, labels, also, beside):
    for row, value in enumerate((3, 4, *also)):
        labels[1, row, 0] = value
    write(tmp_path / "anna" / "image.nii.gz", (labels * 100 + 50).astype(np.int16))
    write(tmp_path / "anna" / "labels.nii.gz", labels)
    assert set(np.unique(load_own_subject(tmp_path / "anna").labels[0])) == {1, 2, 3, 4, *also, beside}


def segmentation(path, layers, *segments):
    """A .seg.nrrd file of one or more layers; segments as (id, layer, value)."""
    path.parent.mkdir(exist_ok=True)
    array = np.stack(layers, axis=-1).astype(np.uint8) if len(layers) > 1 else layers[0]
    image = sitk.GetImageFromArray(array, isVector=len(layers) > 1)
    image.SetSpacing((0.8, 0.9, 4.0))
    for number, (name, layer, value) in enumerate(segments):
        for field, content in (("ID", name), ("Layer", layer), ("LabelValue", value)):
            image.SetMetaData(f"Segment{number}_{field}", str(content))
    sitk.WriteImage(image, str(path))


def test_the_segments_of_a_segmentation_count_by_their_names_in_every_layer(tmp_path, labels):
    write(tmp_path / "anna" / "image.nii.gz", (labels * 100 + 50).astype(np.int16))
    layers = [labels, np.roll(labels, 4, axis=1)]
    segments = ("PM_right", 0, 1), ("PM_left", 0, 2), ("MF_right", 1, 1), ("tumour", 1, 2)
    segmentation(tmp_path / "anna" / "labels.seg.nrrd", layers, *segments)
    found = load_own_subject(tmp_path / "anna", background_known=True).labels
    assert set(np.unique(found)) == {0, 1, 5, 6, 255}  # the tumour is unknown
    np.testing.assert_array_equal(found == 5, labels[1:] == 1)


@pytest.mark.parametrize("spacing", [(0.8, 0.9, 5.0), (0.4, 0.9, 4.0)])
def test_an_image_of_another_voxel_size_is_refused(tmp_path, labels, spacing):
    write(tmp_path / "dora" / "labels.nii.gz", labels)
    image = sitk.GetImageFromArray((labels * 100 + 50).astype(np.int16))
    image.SetSpacing(spacing)
    sitk.WriteImage(image, str(tmp_path / "dora" / "image.nii.gz"))
    with pytest.raises(GeometryError, match=r"image\.nii\.gz and the label map .* voxel sizes"):
        load_own_subject(tmp_path / "dora")


def test_an_image_elsewhere_in_the_patient_is_refused(tmp_path, labels):
    write(tmp_path / "dora" / "labels.nii.gz", labels)
    write(tmp_path / "dora" / "image.nii.gz", (labels * 100 + 50).astype(np.int16), (1, 0, 0, 0, -1, 0, 0, 0, -1))
    with pytest.raises(GeometryError, match="displaced"):
        load_own_subject(tmp_path / "dora")


@pytest.mark.parametrize("value", [20, 77, 249])
def test_a_label_that_is_none_of_the_programs_is_refused(tmp_path, labels, value):
    write(tmp_path / "finn" / "image.nii.gz", (labels * 100 + 50).astype(np.int16))
    labels[1, 0, 0] = value
    write(tmp_path / "finn" / "labels.nii.gz", labels)
    with pytest.raises(InputError, match=rf"labels\.nii\.gz holds the label {value}"):
        load_own_subject(tmp_path / "finn")


@pytest.mark.parametrize("wrong", [257, -1])
def test_a_label_beyond_a_byte_does_not_become_another_structure(tmp_path, labels, wrong):
    write(tmp_path / "finn" / "image.nii.gz", (labels * 100 + 50).astype(np.int16))
    write(tmp_path / "finn" / "labels.nii.gz", np.where(labels == 1, wrong, labels.astype(np.int16)))
    with pytest.raises(InputError, match=f"holds the label {wrong}"):
        load_own_subject(tmp_path / "finn")


def test_labels_between_two_values_are_refused(tmp_path, labels):
    write(tmp_path / "finn" / "image.nii.gz", (labels * 100 + 50).astype(np.int16))
    write(tmp_path / "finn" / "labels.nii.gz", labels * np.float32(0.75))
    with pytest.raises(InputError, match="not whole numbers"):
        load_own_subject(tmp_path / "finn")


@pytest.mark.parametrize("role", ["image", "labels"])
def test_a_file_that_cannot_be_read_is_named(tmp_path, labels, role):
    write(tmp_path / "gina" / "image.nii.gz", (labels * 100 + 50).astype(np.int16))
    write(tmp_path / "gina" / "labels.nii.gz", labels)
    (tmp_path / "gina" / f"{role}.nii.gz").write_bytes(b"no image")
    with pytest.raises(InputError, match=rf"gina/{role}\.nii\.gz is truncated or damaged"):
        load_own_subject(tmp_path / "gina")


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_an_image_with_values_that_are_no_numbers_is_refused(tmp_path, labels, value):
    image = np.where(labels == 2, value, 1.0).astype(np.float32)
    write(tmp_path / "hugo" / "image.nii.gz", image)
    write(tmp_path / "hugo" / "labels.nii.gz", labels)
    with pytest.raises(InputError, match=r"hugo/image\.nii\.gz has 24 voxels that are not finite"):
        load_own_subject(tmp_path / "hugo")


@pytest.mark.parametrize(
    "content",
    [
        "{", '{"schema": "paraspinalfat-case"}', '{"schema": "paraspinalfat-case", "schema_version": "1", "undrawn": []}',
        '{"schema": "paraspinalfat-case", "schema_version": 1, "undrawn": ["XY_right"]}',
    ],
)  # fmt: skip
def test_a_damaged_record_of_an_export_is_refused(tmp_path, labels, content):
    exported(tmp_path / "ida", labels, [])
    (tmp_path / "ida" / "provenance.json").write_text(content)
    with pytest.raises(InputError, match=r"ida/provenance\.json is damaged"):
        load_own_subject(tmp_path / "ida")


@pytest.mark.parametrize("content", ["[]", '{"schema": "other"}'])
def test_a_record_of_another_program_is_passed_over(tmp_path, labels, content):
    exported(tmp_path / "ida", labels, [])
    (tmp_path / "ida" / "provenance.json").write_text(content)
    assert set(np.unique(load_own_subject(tmp_path / "ida").labels)) == {1, 2, 255}


def test_slices_that_follow_each_other_can_be_cut_obliquely_with_their_distance(tiny_subject, as_own_data):
    assert load_own_subjects(as_own_data(tiny_subject))[0].slice_mm == pytest.approx(4.0)
