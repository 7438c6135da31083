"""What became of a case is read from its own files, and goes out of date when its inputs do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from cohort.light import light_case, light_job, write_light_results

from ParaspinalFatLib.cohort.case_folder import note_failure
from ParaspinalFatLib.cohort.case_input import CaseInput
from ParaspinalFatLib.cohort.fingerprint import fingerprint
from ParaspinalFatLib.cohort.status import State, person_record, status_of
from ParaspinalFatLib.measurement.references import Person


@pytest.fixture
def case(tmp_path: Path) -> CaseInput:
    (tmp_path / "a.nii").write_bytes(b"one")
    return light_case("a", tmp_path / "a.nii")


def fail(case: CaseInput, output: Path) -> None:
    note = {"reason": "bad", "error": "InputError", "conditions_sha256": "c", "problem": case.problem}
    note_failure(output, case.folder, {**note, "person": person_record(case), "inputs": fingerprint(case)})


def test_a_case_waits_until_it_is_done_or_has_failed(case, tmp_path):
    assert status_of(case, tmp_path, "c").state is State.WAITING
    fail(case, tmp_path)
    failed = status_of(case, tmp_path, "c")
    assert (failed.state, failed.reason, failed.error) == (State.FAILED, "bad", "InputError")
    write_light_results(light_job(case, tmp_path))
    done = status_of(case, tmp_path, "c")
    assert (done.state, done.seconds, done.attempts) == (State.DONE, 0.5, 1)


def test_a_finished_case_whose_inputs_person_or_conditions_changed_says_so(case, tmp_path):
    write_light_results(light_job(case, tmp_path))
    assert status_of(case, tmp_path, "other").state is State.CHANGED
    assert status_of(replace(case, person=Person("male")), tmp_path, "c").state is State.CHANGED
    (tmp_path / "a.nii").write_bytes(b"another")
    changed = status_of(case, tmp_path, "c")
    assert changed.state is State.CHANGED
    assert "--overwrite" in changed.reason


@pytest.mark.parametrize("what", ["file", "row", "conditions"])
def test_a_failed_case_waits_again_once_something_about_it_has_changed(case, tmp_path, what):
    fail(case, tmp_path)
    if what == "file":
        (tmp_path / "a.nii").write_bytes(b"repaired")
    if what == "row":
        case = replace(case, problem="now another one")
    assert status_of(case, tmp_path, "other" if what == "conditions" else "c").state is State.WAITING


def test_results_of_another_case_in_the_same_folder_are_not_taken_for_this_one(case, tmp_path):
    write_light_results(light_job(case, tmp_path))
    assert status_of(replace(case, name="b"), tmp_path, "c").state is State.CHANGED
