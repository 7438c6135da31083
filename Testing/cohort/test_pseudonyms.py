"""Pseudonyms are stable, lead back only by the key file, and nothing of the old name stays in a case."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from ParaspinalFatLib.cohort.case_input import CaseInput, folder_of
from ParaspinalFatLib.cohort.pseudonyms import anonymised, left_out
from ParaspinalFatLib.errors import InputError, OutputError
from ParaspinalFatLib.imaging.roles import Role


def visit(participant: str, session: str = "", **covariates: str) -> CaseInput:
    name = f"{participant}_ses-{session}" if session else participant
    folder = folder_of(participant, session)
    return CaseInput(name, participant, session, folder, {Role.ANATOMY: "x"}, covariates=covariates)


def test_participants_get_pseudonyms_that_stay_and_their_visits_numbers(tmp_path):
    cases = [visit("Doe", "20240131"), visit("Doe", "20250201"), visit("Roe", "20240131")]
    first = anonymised(cases, tmp_path / "key.tsv", tmp_path / "out")
    again = anonymised([visit("New", "1"), *cases], tmp_path / "key.tsv", tmp_path / "out")
    assert [case.session for case in first] == ["1", "2", "1"]
    assert first[0].participant == first[1].participant != first[2].participant
    assert [case.name for case in again[1:]] == [case.name for case in first]
    assert again[0].participant not in {case.participant for case in first}


def test_nothing_of_the_old_name_stays(tmp_path):
    case = replace(visit("Doe", "20240131", bmi="22", patient_name="Jane Doe"), problem="The age '31.01.2024' is no number.")
    (renamed,) = anonymised([case], tmp_path / "key.tsv", tmp_path / "out")
    assert renamed.covariates == {"bmi": "22"}
    text = f"{renamed.name} {renamed.folder} {renamed.participant} {renamed.session} {renamed.problem} {renamed.covariates}"
    assert "Doe" not in text
    assert "2024" not in text
    assert renamed.problem == "The age (not shown) is no number."
    assert left_out([case]) == ["patient_name"]


def test_a_short_name_does_not_spoil_the_sentence_of_a_problem(tmp_path):
    (renamed,) = anonymised([replace(visit("a"), problem="No image is listed.")], tmp_path / "key.tsv", tmp_path / "out")
    assert renamed.problem == "No image is listed."


@pytest.mark.timeout(20)
def test_many_cases_get_their_pseudonyms_at_once(tmp_path):
    cases = [visit(f"p{number // 2}", str(number % 2 + 1)) for number in range(20_000)]
    renamed = anonymised(cases, tmp_path / "key.tsv", tmp_path / "out")
    assert {case.session for case in renamed} == {"1", "2"}


def test_what_distinguishes_the_images_of_a_visit_is_kept(tmp_path):
    case = replace(visit("sub-1"), name="sub-1_acq-ax_T2w", folder="sub-1/acq-ax_T2w")
    (renamed,) = anonymised([case], tmp_path / "key.tsv", tmp_path / "out")
    assert renamed.folder == f"sub-{renamed.participant}/acq-ax_T2w"
    assert renamed.name == f"{renamed.participant}_acq-ax_T2w"


def test_the_key_file_is_for_its_owner_and_not_among_the_results(tmp_path):
    anonymised([visit("Doe")], tmp_path / "key.tsv", tmp_path / "out")
    assert "Doe" in (tmp_path / "key.tsv").read_text()
    if os.name != "nt":
        assert (tmp_path / "key.tsv").stat().st_mode & 0o077 == 0
    with pytest.raises(OutputError, match="Keep it apart"):
        anonymised([visit("Doe")], tmp_path / "out" / "key.tsv", tmp_path / "out")


def test_another_file_in_the_place_of_the_key_is_refused_and_kept(tmp_path):
    (tmp_path / "notes.txt").write_text("some notes\nmore\n")
    with pytest.raises(InputError, match="no key file"):
        anonymised([visit("Doe")], tmp_path / "notes.txt", tmp_path / "out")
    assert (tmp_path / "notes.txt").read_text() == "some notes\nmore\n"
