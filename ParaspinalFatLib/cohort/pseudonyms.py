"""Names of cases replaced by pseudonyms; the key that leads back is a file kept apart from the results."""

from __future__ import annotations

import csv
import re
import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from ParaspinalFatLib.cohort.case_input import CaseInput, folder_of, require_distinct
from ParaspinalFatLib.errors import InputError, OutputError
from ParaspinalFatLib.files import written_whole

KEY_COLUMNS = ("participant", "session", "pseudonym", "pseudonym_session")

IDENTIFYING = (
    "name", "initials", "birth", "dob", "mrn", "ssn", "accession", "address", "phone", "mail", "patient", "date",
    "zip", "postcode", "note", "comment", "remark",
)  # fmt: skip
"""Parts of the names of columns that may tell who was examined; an anonymised cohort leaves such covariates out."""

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
"""A cell of the manifest within a sentence; in a wrong cell anything may stand, such as a date of birth."""

_Key = dict[tuple[str, str], tuple[str, str]]


def anonymised(cases: Sequence[CaseInput], key_file: Path, output: Path) -> list[CaseInput]:
    """The cases under pseudonyms, which stay the same from run to run.

    Participants get a random name, their sessions are numbered; covariates whose column sounds identifying
    (``IDENTIFYING``) are left out.

    Args:
        cases: with the names of the manifest.
        key_file: TSV file of names and pseudonyms, readable by its owner only; made where it is absent, else extended.
        output: the cohort's folder, in which the key file may not lie.

    Raises:
        InputError: the key file is none.
        OutputError: it lies among the results, or cannot be written.
    """
    if output.resolve() in key_file.resolve().parents:
        raise OutputError(
            f"The key file {key_file} lies among the results. Keep it apart: whoever has both knows the names."
        )
    key = _read(key_file)
    _extend(key, cases)
    _write(key, key_file)
    renamed = [_renamed(case, *key[case.participant, case.session]) for case in cases]
    require_distinct(renamed)
    return renamed


def left_out(cases: Iterable[CaseInput]) -> list[str]:
    """Names of the covariates that an anonymised cohort leaves out."""
    return sorted({name for case in cases for name in case.covariates if _identifies(name)})


def _renamed(case: CaseInput, participant: str, session: str) -> CaseInput:
    rest = case.folder.removeprefix(folder_of(case.participant, case.session)).strip("/")
    folder = "/".join(part for part in (folder_of(participant, session), rest) if part)
    name = "_".join(part for part in (participant, session and f"ses-{session}", rest) if part)
    covariates = {column: cell for column, cell in case.covariates.items() if not _identifies(column)}
    problem = _QUOTED.sub("(not shown)", case.problem)
    return replace(
        case, name=name, participant=participant, session=session, folder=folder, covariates=covariates, problem=problem
    )


def _identifies(column: str) -> bool:
    return any(part in column.lower() for part in IDENTIFYING)


def _extend(key: _Key, cases: Iterable[CaseInput]) -> None:
    pseudonyms = {participant: pseudonym for (participant, _), (pseudonym, _) in key.items()}
    taken = set(pseudonyms.values())
    visits = Counter(participant for participant, session in key if session)
    for case in cases:
        if (case.participant, case.session) in key:
            continue
        if case.participant not in pseudonyms:
            pseudonyms[case.participant] = _new_pseudonym(taken)
        visits[case.participant] += bool(case.session)
        session = str(visits[case.participant]) if case.session else ""
        key[case.participant, case.session] = (pseudonyms[case.participant], session)


def _new_pseudonym(taken: set[str]) -> str:
    while (pseudonym := f"P{secrets.token_hex(4)}") in taken:
        continue
    taken.add(pseudonym)
    return pseudonym


def _read(path: Path) -> _Key:
    if not path.exists():
        return {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", strict=True))
        return {(row["participant"], row["session"]): (row["pseudonym"], row["pseudonym_session"]) for row in rows}
    except (OSError, UnicodeDecodeError, csv.Error, KeyError) as error:
        raise InputError(f"{path} is no key file ({error}). Give the one of the first run, or a new name.") from error


def _write(key: _Key, path: Path) -> None:
    with written_whole(path, private=True) as beside, beside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(KEY_COLUMNS)
        writer.writerows((*names, *pseudonyms) for names, pseudonyms in key.items())
