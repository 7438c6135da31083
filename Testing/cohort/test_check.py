"""A look at the headers finds what is wrong with a case before the work begins."""

from __future__ import annotations

import numpy as np
import pytest
from cohort_cases import add_rows, write_broken, write_cases

from ParaspinalFatLib.case import MeasurementSettings
from ParaspinalFatLib.cohort.check import problem_of
from ParaspinalFatLib.cohort.manifest import read_manifest
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.writing import write_image

SAGITTAL = np.array([[4.0, 0, 0, -90], [0, -4.0, 0, 0], [0, 0, 4.0, -40], [0, 0, 0, 1]])
"""Five planes of 30 x 30 pixels beside one another, through the middle of the drawn torso."""

ONLY_THE_VOXELS_TELL = {"nan", "constant", "nomuscle", "mask"}


def test_everything_that_headers_show_is_found_and_good_cases_pass(tmp_path):
    manifest = write_cases(tmp_path, 1)
    broken = write_broken(tmp_path)
    add_rows(manifest, {name: cells for name, (cells, _) in broken.items()})
    problems = {case.name: problem_of(case, MeasurementSettings()) for case in read_manifest(manifest)}
    assert problems.pop("P-00") == ""
    for name, problem in problems.items():
        if name in ONLY_THE_VOXELS_TELL:
            assert problem == ""
        else:
            assert broken[name][1] in problem
            assert str(tmp_path) not in problem


def test_a_sagittal_series_is_looked_at_before_the_work_begins(tmp_path):
    manifest = write_cases(tmp_path, 1)
    write_image(Image(np.ones((30, 30, 5), np.int16), SAGITTAL), tmp_path / "sagittal.nii.gz")
    moved = SAGITTAL.copy()
    moved[2, 3] += 500
    write_image(Image(np.ones((30, 30, 5), np.int16), moved), tmp_path / "elsewhere.nii.gz")
    rows = {"good": "sagittal.nii.gz", "axial": "t2_0.nii.gz", "elsewhere": "elsewhere.nii.gz", "absent": "no.nii.gz"}
    add_rows(manifest, {name: {"anatomy": "t2_0.nii.gz", "sagittal": path} for name, path in rows.items()})
    problems = {case.name: problem_of(case, MeasurementSettings()) for case in read_manifest(manifest)}
    assert problems["good"] == ""
    assert "not a sagittal acquisition" in problems["axial"]
    assert "same place" in problems["elsewhere"]
    assert "no.nii.gz does not exist" in problems["absent"]


@pytest.mark.parametrize("method", ["dixon", "nonsense"])
def test_a_fat_method_that_does_not_fit_the_images_is_found(tmp_path, method):
    (case,) = read_manifest(write_cases(tmp_path, 1))
    assert method in problem_of(case, MeasurementSettings(method))
