"""Which image belongs to which label map, in the layouts that people have."""

import pytest

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.training.labelled_cases import find_labelled_cases, image_names


def make(root, *files):
    for name in files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def found(images, labels):
    cases = find_labelled_cases(images, labels)
    return {case.name: {name: path.name for name, path in case.images.items()} for case in cases}


def test_one_folder_a_case(tmp_path):
    make(tmp_path, "anna/labels.nii.gz", "anna/water.nii.gz", "anna/fat.nii.gz", "anna/review.csv")
    assert found(tmp_path, tmp_path) == {"anna": {"water": "water.nii.gz", "fat": "fat.nii.gz"}}


def test_flat_folders_and_names_that_begin_alike(tmp_path):
    make(tmp_path, "i/p1_T2.nrrd", "i/p10_T2.nrrd", "l/p1.nrrd", "l/p10.nrrd")
    assert found(tmp_path / "i", tmp_path / "l") == {"p1": {"T2": "p1_T2.nrrd"}, "p10": {"T2": "p10_T2.nrrd"}}


def test_an_image_belongs_to_the_longest_name_that_fits(tmp_path):
    make(tmp_path, "ben_T1w.nrrd", "ben_2_T1w.nrrd", "ben_2.nrrd", "ben_dseg.nrrd", "ben_2_dseg.nrrd")
    assert found(tmp_path, tmp_path) == {
        "ben": {"T1w": "ben_T1w.nrrd"},
        "ben_2": {"T1w": "ben_2_T1w.nrrd", "image": "ben_2.nrrd"},
    }


def test_the_images_in_a_folder_of_a_case_are_named_after_it(tmp_path):
    make(tmp_path, "anna/labels.nii.gz", "anna/water.nii.gz", "anna/anna_T2w.nrrd", "anna/anna.nii", "anna/notes.txt")
    assert sorted(image_names(tmp_path / "anna")) == ["anna_T2w", "anna_image", "anna_water"]


def test_endings_in_capital_letters_are_the_same_endings(tmp_path):
    make(tmp_path, "anna/T2w.NRRD", "anna/labels.Seg.nrrd", "ben_T1w.NII.GZ", "ben.SEG.NRRD")
    assert found(tmp_path, tmp_path) == {"anna": {"T2w": "T2w.NRRD"}, "ben": {"T1w": "ben_T1w.NII.GZ"}}


def test_bids(tmp_path):
    make(tmp_path, "sub-01/anat/sub-01_T1w.nii.gz", "derivatives/manual/sub-01/anat/sub-01_dseg.nii.gz")
    assert found(tmp_path, tmp_path / "derivatives") == {"sub-01": {"T1w": "sub-01_T1w.nii.gz"}}
    assert found(tmp_path, tmp_path) == {"sub-01": {"T1w": "sub-01_T1w.nii.gz"}}


@pytest.mark.parametrize(
    ("files", "words"),
    [(["a/labels.nii.gz"], "no image of case a"), (["a/T2.nii.gz"], "no label map"), (["a_dseg.nii", "a_mask.nii"], "both")],
)
def test_what_does_not_fit_is_one_sentence(tmp_path, files, words):
    make(tmp_path, *files)
    with pytest.raises(InputError, match=words):
        find_labelled_cases(tmp_path, tmp_path)
