"""How far each case of a cohort has come, read from its own files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from ParaspinalFatLib.cohort.case_folder import read_failure, read_marker
from ParaspinalFatLib.cohort.case_input import CaseInput
from ParaspinalFatLib.cohort.fingerprint import same_inputs


class State(str, Enum):
    """What has become of a case."""

    DONE = "done"
    FAILED = "failed"
    CHANGED = "changed"
    """Done, but its inputs or the conditions have changed since: in no table until it is measured again."""
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Status:
    """What has become of one case.

    Attributes:
        case: the case.
        state: how far it has come.
        reason: a sentence, where it is not done.
        error: class of the error, where it failed.
        seconds: time it took, or None.
        attempts: how often it was tried, or None.
        marker: content of the finished case's marker.
    """

    case: CaseInput
    state: State
    reason: str = ""
    error: str = ""
    seconds: float | None = None
    attempts: int | None = None
    marker: Mapping[str, Any] = field(default_factory=dict)


INPUTS_CHANGED = "Its inputs have changed since it was measured. Add --overwrite to measure it again."
CONDITIONS_CHANGED = "It was measured under other conditions. Add --overwrite to measure it again."


def status_of(case: CaseInput, output: Path, conditions_digest: str) -> Status:
    """What has become of a case; reads its marker or the note of its failure, and inputs that look changed."""
    marker = read_marker(output, case.folder)
    if marker is not None:
        return _finished(case, marker, conditions_digest)
    note = read_failure(output, case.folder)
    if note is None or _outdated(case, note, conditions_digest):
        return Status(case, State.WAITING)
    return Status(
        case, State.FAILED, str(note.get("reason")), str(note.get("error")), note.get("seconds"), note.get("attempts")
    )


def statuses(cases: Iterable[CaseInput], output: Path, conditions_digest: str) -> Iterator[Status]:
    """:func:`status_of` every case, one after the other."""
    return (status_of(case, output, conditions_digest) for case in cases)


def person_record(case: CaseInput) -> dict[str, object]:
    """Sex and age as a marker holds them."""
    return {"sex": case.person.sex, "age_years": case.person.age_years}


def _finished(case: CaseInput, marker: Mapping[str, Any], conditions_digest: str) -> Status:
    told = (marker.get("seconds"), marker.get("attempts"), marker)
    if marker.get("conditions_sha256") != conditions_digest:
        return Status(case, State.CHANGED, CONDITIONS_CHANGED, "", *told)
    if marker.get("case") != case.name or _differs(case, marker):
        return Status(case, State.CHANGED, INPUTS_CHANGED, "", *told)
    return Status(case, State.DONE, "", "", *told)


def _outdated(case: CaseInput, note: Mapping[str, Any], conditions_digest: str) -> bool:
    """Whether a failure says nothing about the case as it is now."""
    same = note.get("conditions_sha256") == conditions_digest and note.get("problem", "") == case.problem
    return not same or _differs(case, note)


def _differs(case: CaseInput, record: Mapping[str, Any]) -> bool:
    return record.get("person") != person_record(case) or not same_inputs(record.get("inputs") or {}, case)
