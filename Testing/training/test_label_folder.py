"""Label maps with any subset of structures, as training subjects."""

import shutil

import numpy as np
import pytest
import SimpleITK as sitk
from evaluation.drawn_cases import drawn_labels, write_case

from ParaspinalFatLib.agreement.masks import Labelling
from ParaspinalFatLib.errors import GeometryError, InputError
from ParaspinalFatLib.imaging.reading import read_image
from ParaspinalFatLib.imaging.writing import write_image
from ParaspinalFatLib.training.label_folder import load_label_folder
from ParaspinalFatLib.training.partial_labels import UNKNOWN


def test_water_and_fat_are_one_subject_and_a_further_contrast_another(tmp_path):
    write_case(tmp_path, "anna", drawn_labels())
    subjects = {one.name: one for one in load_label_folder(tmp_path, tmp_path, Labelling({}), background_known=False)}
    assert subjects.keys() == {"anna", "anna_T2w"}
    assert subjects["anna"].fat is not None
    assert subjects["anna_T2w"].fat is None
    assert len(subjects["anna"].labels) == 3  # slices without structures are not used


def test_what_nobody_drew_is_unknown_unless_the_background_is_known(tmp_path):
    write_case(tmp_path, "anna", drawn_labels())
    unknown, known = (
        load_label_folder(tmp_path, tmp_path, Labelling({}), background_known=known)[0].labels for known in (False, True)
    )
    assert set(np.unique(unknown)) == {1, 3, 11, UNKNOWN}
    assert set(np.unique(known)) == {0, 1, 3, 11}


def test_other_values_are_translated_and_what_is_not_named_is_unknown(tmp_path):
    write_case(tmp_path, "anna", np.where(drawn_labels() == 1, 7, drawn_labels()).astype(np.uint8))
    (subject, _) = load_label_folder(tmp_path, tmp_path, Labelling({7: "MF_right"}), background_known=True)
    assert set(np.unique(subject.labels)) == {0, 1, UNKNOWN}


def test_values_that_nobody_has_named_are_refused(tmp_path):
    write_case(tmp_path, "anna", np.where(drawn_labels() == 1, 77, drawn_labels()).astype(np.uint8))
    with pytest.raises(InputError, match="label 77"):
        load_label_folder(tmp_path, tmp_path, Labelling({}), background_known=False)


def flat(folder, *images, labels="ben"):
    """A flat folder: images CASE_CONTRAST and one label map."""
    write_case(folder / "drawn", "any", drawn_labels())
    for name in images:
        (folder / f"{name}.nii.gz").write_bytes((folder / "drawn" / "any" / "T2w.nii.gz").read_bytes())
    (folder / f"{labels}_dseg.nii.gz").write_bytes((folder / "drawn" / "any" / "labels.nii.gz").read_bytes())
    shutil.rmtree(folder / "drawn")


def load(folder, labelling=None, *, background_known=True):
    return load_label_folder(folder, folder, labelling or Labelling({}), background_known=background_known)


def test_every_subject_says_whose_images_it_holds(tmp_path):
    flat(tmp_path, "ben_T1w", "ben_T2w")
    write_case(tmp_path, "anna", drawn_labels())
    assert {one.name: (one.case, one.images) for one in load(tmp_path)} == {
        "anna": ("anna", ("anna_water", "anna_fat")),
        "anna_T2w": ("anna", ("anna_T2w",)),
        "ben_T1w": ("ben", ("ben_T1w",)),
        "ben_T2w": ("ben", ("ben_T2w",)),
    }


def acquisitions(folder, *names):
    """Images of the case anna: the column, from 0 to 1, to the power of 1, 2, 3 ..."""
    write_case(folder, "anna", drawn_labels())
    drawn = read_image(folder / "anna" / "T2w.nii.gz")
    for old in ("T2w", "water", "fat"):
        (folder / "anna" / f"{old}.nii.gz").unlink()
    for power, name in enumerate(names, start=1):
        ramp = np.broadcast_to(np.linspace(0, 1, drawn.array.shape[2], dtype=np.float32) ** power, drawn.array.shape)
        write_image(drawn.with_array(ramp), folder / "anna" / f"{name}.nii.gz")


def test_water_and_fat_of_one_acquisition_are_a_pair_and_never_those_of_two(tmp_path):
    acquisitions(tmp_path, "pre_water", "pre_fat", "zpost_water", "zpost_fat")
    subjects = {one.name: one for one in load(tmp_path)}
    images = {name: (one.case, one.images) for name, one in subjects.items()}
    assert images == {
        "anna_pre": ("anna", ("anna_pre_water", "anna_pre_fat")),
        "anna_zpost": ("anna", ("anna_zpost_water", "anna_zpost_fat")),
    }
    steepness = [[one.water[0, 0, 1], one.fat[0, 0, 1]] for one in (subjects["anna_pre"], subjects["anna_zpost"])]
    first = steepness[0][0]
    np.testing.assert_allclose(steepness, [[first, first**2], [first**3, first**4]], rtol=0.2)


@pytest.mark.parametrize(
    "names", [("pre_water", "pre_fat", "zpost_water"), ("water_1", "fat_1", "water_2", "fat_2"), ("a_fat", "b_fat", "water")]
)
def test_water_and_fat_images_that_cannot_be_told_apart_are_refused_by_name(tmp_path, names):
    acquisitions(tmp_path, *names)
    with pytest.raises(InputError, match="Case anna has several water or fat images") as refused:
        load(tmp_path)
    assert all(name in str(refused.value) for name in names)


def test_one_water_and_one_fat_image_are_a_pair_whatever_else_their_names_say(tmp_path):
    acquisitions(tmp_path, "series5_water", "series6_fat")
    (subject,) = load(tmp_path)
    assert (subject.name, subject.images) == ("anna", ("anna_series5_water", "anna_series6_fat"))


def test_the_segments_of_a_segmentation_count_by_their_names_and_not_by_their_values(tmp_path):
    write_case(tmp_path, "anna", drawn_labels())
    image = sitk.ReadImage(str(tmp_path / "anna" / "labels.nii.gz"))
    names = {"PM_right": 1, "PM_left": 3, "tumour": 11}
    for number, (name, value) in enumerate(names.items()):
        image.SetMetaData(f"Segment{number}_ID", name)
        image.SetMetaData(f"Segment{number}_LabelValue", str(value))
    sitk.WriteImage(image, str(tmp_path / "anna" / "labels.seg.nrrd"))
    (tmp_path / "anna" / "labels.nii.gz").unlink()
    for labelling in (Labelling({}), Labelling({1: "MF_right"})):
        subject = load(tmp_path, labelling)[0]
        assert set(np.unique(subject.labels)) == {0, 5, 6, UNKNOWN}
        np.testing.assert_array_equal(subject.labels == 5, drawn_labels()[1:4] == 1)


def test_an_image_of_another_voxel_size_is_refused(tmp_path):
    write_case(tmp_path, "anna", drawn_labels())
    path = tmp_path / "anna" / "T2w.nii.gz"
    image = sitk.ReadImage(str(path))
    image.SetSpacing((0.5, 0.5, 4.0))
    sitk.WriteImage(image, str(path))
    with pytest.raises(GeometryError, match=r"T2w\.nii\.gz and the label map .* voxel sizes"):
        load(tmp_path)


@pytest.mark.parametrize("name", ["T2w", "labels"])
def test_a_file_that_cannot_be_read_is_named(tmp_path, name):
    write_case(tmp_path, "anna", drawn_labels())
    (tmp_path / "anna" / f"{name}.nii.gz").write_bytes(b"no image")
    with pytest.raises(InputError, match=rf"{name}\.nii\.gz is truncated or damaged"):
        load(tmp_path)


def test_an_image_with_values_that_are_no_numbers_is_refused(tmp_path):
    write_case(tmp_path, "anna", drawn_labels())
    path = tmp_path / "anna" / "T2w.nii.gz"
    image = read_image(path)
    image.array[2, 3, 4] = np.nan
    write_image(image, path)
    with pytest.raises(InputError, match=r"T2w\.nii\.gz has 1 voxels that are not finite"):
        load(tmp_path)
