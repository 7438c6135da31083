"""Images of a BIDS folder are found by its own names and by those in use for Dixon images."""

from __future__ import annotations

from pathlib import Path

import pytest

from ParaspinalFatLib.cohort.bids import find_cases
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.measurement.references import Person


def data_set(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def roles(case) -> set[Role]:
    return set(case.images)


def test_a_conventional_image_is_a_case_in_the_folder_of_its_participant(tmp_path):
    (case,) = find_cases(data_set(tmp_path, "sub-01/anat/sub-01_acq-ax_T2w.nii.gz"))
    assert (case.name, case.folder, roles(case)) == ("sub-01", "sub-01", {Role.ANATOMY})


@pytest.mark.parametrize(
    "names",
    [
        ("sub-1_ses-2_part-water_dixon.nii.gz", "sub-1_ses-2_part-fat_dixon.nii.gz"),
        ("sub-1_ses-2_acq-water_T1w.nii.gz", "sub-1_ses-2_acq-fat_T1w.nii.gz"),
        ("sub-1_ses-2_wat.nii.gz", "sub-1_ses-2_fat.nii.gz"),
        ("sub-1_ses-2_acq-ax_desc-W_vibe.nii", "sub-1_ses-2_acq-ax_desc-F_vibe.nii"),
    ],
)
def test_water_and_fat_of_every_naming_in_use_are_one_case(tmp_path, names):
    (case,) = find_cases(data_set(tmp_path, *(f"sub-1/ses-2/anat/{name}" for name in names)))
    assert (case.name, case.folder) == ("sub-1_ses-2", "sub-1/ses-2")
    assert roles(case) == {Role.WATER, Role.FAT}


def test_the_four_parts_of_a_dixon_series_have_their_roles(tmp_path):
    parts = {"water": Role.WATER, "fat": Role.FAT, "inphase": Role.IN_PHASE, "outphase": Role.OPPOSED_PHASE}
    (case,) = find_cases(data_set(tmp_path, *(f"sub-1/vibe/sub-1_part-{part}_vibe.nii.gz" for part in parts)))
    assert {role: Path(path).name for role, path in case.images.items()} == {
        role: f"sub-1_part-{part}_vibe.nii.gz" for part, role in parts.items()
    }


def test_two_images_of_one_part_of_a_series_are_refused(tmp_path):
    names = ("sub-1_wat.nii.gz", "sub-1_part-water_dixon.nii.gz", "sub-1_fat.nii.gz")
    with pytest.raises(InputError, match="show the same of one case"):
        find_cases(data_set(tmp_path, *(f"sub-1/anat/{name}" for name in names)))


def test_several_cases_of_a_visit_get_folders_named_after_what_distinguishes_them(tmp_path):
    names = ("sub-1_acq-ax_T2w.nii.gz", "sub-1_T1w.nii.gz", "sub-1_part-water_dixon.nii.gz", "sub-1_part-fat_dixon.nii.gz")
    cases = find_cases(data_set(tmp_path, *(f"sub-1/anat/{name}" for name in names)))
    assert {case.folder for case in cases} == {"sub-1/acq-ax_T2w", "sub-1/T1w", "sub-1/dixon"}
    assert {case.name for case in cases} == {"sub-1_acq-ax_T2w", "sub-1_T1w", "sub-1_dixon"}


def test_only_what_is_asked_for_is_taken(tmp_path):
    names = ("sub-1_acq-ax_T2w.nii.gz", "sub-1_acq-sag_T2w.nii.gz", "sub-1_acq-ax_T1w.nii.gz")
    data_set(tmp_path, *(f"sub-1/anat/{name}" for name in names))
    (case,) = find_cases(tmp_path, suffix="T2w", acquisition="ax")
    assert Path(case.images[Role.ANATOMY]).name == names[0]


def test_derivatives_phase_images_and_foreign_files_are_passed_over(tmp_path):
    data_set(
        tmp_path,
        "sub-1/anat/sub-1_T2w.nii.gz",
        "sub-1/anat/sub-1_part-phase_T2w.nii.gz",
        "sub-1/anat/sub-1_T2w.json",
        "sub-1/func/sub-1_task-rest_bold.nii.gz",
        "derivatives/x/sub-1/anat/sub-1_T2w.nii.gz",
    )
    (case,) = find_cases(tmp_path)
    assert Path(case.images[Role.ANATOMY]) == tmp_path / "sub-1" / "anat" / "sub-1_T2w.nii.gz"


def test_participants_give_sex_age_and_covariates(tmp_path):
    data_set(tmp_path, "sub-1/anat/sub-1_T2w.nii.gz", "sub-2/anat/sub-2_T2w.nii.gz")
    (tmp_path / "participants.tsv").write_text("participant_id\tsex\tage\tbmi\nsub-1\tF\t50\t27.1\nsub-2\tn/a\told\tn/a\n")
    first, second = find_cases(tmp_path)
    assert first.person == Person("female", 50.0)
    assert first.covariates == {"bmi": "27.1"}
    assert "no number of years" in second.problem


def test_two_images_that_cannot_be_told_apart_are_refused(tmp_path):
    data_set(tmp_path, "sub-1/a/sub-1_T2w.nii.gz", "sub-1/b/sub-1_T2w.nii.gz")
    with pytest.raises(InputError, match="Tell them apart"):
        find_cases(tmp_path)


def test_a_folder_without_images_or_no_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match="no image that is recognised"):
        find_cases(tmp_path)
    with pytest.raises(InputError, match="is no folder"):
        find_cases(tmp_path / "nothere")
