"""A changed input is noticed by its content, a moved or copied one is not taken for changed."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from ParaspinalFatLib.cohort.case_input import CaseInput
from ParaspinalFatLib.cohort.fingerprint import fingerprint, same_inputs
from ParaspinalFatLib.imaging.roles import Role


@pytest.fixture
def case(tmp_path: Path) -> CaseInput:
    (tmp_path / "a.nii").write_bytes(b"one")
    (tmp_path / "series").mkdir()
    (tmp_path / "series" / "1.dcm").write_bytes(b"slice")
    images = {Role.WATER: str(tmp_path / "a.nii"), Role.FAT: str(tmp_path / "series")}
    return CaseInput("a", "a", "", "sub-a", images)


def test_the_same_files_are_the_same_also_with_another_time(case, tmp_path):
    recorded = fingerprint(case)
    assert same_inputs(recorded, case)
    os.utime(tmp_path / "a.nii", ns=(1, 1))
    assert same_inputs(recorded, case)


@pytest.mark.parametrize("name", ["a.nii", "series/1.dcm"])
def test_another_content_of_equal_length_is_noticed(case, tmp_path, name):
    recorded = fingerprint(case)
    path = tmp_path / name
    path.write_bytes(path.read_bytes()[::-1])
    os.utime(path, ns=(1, 1))
    assert not same_inputs(recorded, case)


def test_another_number_of_files_is_a_change(case, tmp_path):
    recorded = fingerprint(case)
    assert not same_inputs(recorded, CaseInput("a", "a", "", "sub-a", case.images, mask=str(tmp_path / "a.nii")))
    assert not same_inputs(recorded, replace(case, sagittal=str(tmp_path / "a.nii")))
    assert not same_inputs({**recorded, "mask": recorded["water"]}, case)
    assert not same_inputs({**recorded, "sagittal": recorded["water"]}, case)


def test_a_file_moved_away_since_is_no_change(case, tmp_path):
    recorded = fingerprint(case)
    (tmp_path / "a.nii").unlink()
    assert same_inputs(recorded, case)
    assert "water" not in fingerprint(case)


def test_a_file_that_was_absent_and_has_come_is_a_change(case, tmp_path):
    (tmp_path / "a.nii").rename(tmp_path / "b.nii")
    recorded = fingerprint(case)
    assert same_inputs(recorded, case)
    (tmp_path / "b.nii").rename(tmp_path / "a.nii")
    assert not same_inputs(recorded, case)
