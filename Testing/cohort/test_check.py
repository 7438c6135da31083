"""A look at the headers finds what is wrong with a case before the work begins."""

from __future__ import annotations

import pytest
from cohort_cases import add_rows, write_broken, write_cases

from ParaspinalFatLib.case import MeasurementSettings
from ParaspinalFatLib.cohort.check import problem_of
from ParaspinalFatLib.cohort.manifest import read_manifest

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


@pytest.mark.parametrize("method", ["dixon", "nonsense"])
def test_a_fat_method_that_does_not_fit_the_images_is_found(tmp_path, method):
    (case,) = read_manifest(write_cases(tmp_path, 1))
    assert method in problem_of(case, MeasurementSettings(method))
