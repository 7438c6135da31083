"""A cohort from a table: one row a case, one column for each image role."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from ParaspinalFatLib.cohort.case_input import CaseInput, folder_of, require_distinct
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.roles import GIVEN_ROLES
from ParaspinalFatLib.measurement.references import Person
from ParaspinalFatLib.spreadsheet import MISSING, with_decimal_point

CASE_COLUMNS = ("case", "case_id", "participant_id", "id")
SESSION_COLUMNS = ("session", "session_id")
ROLE_COLUMNS = {role.value: role for role in GIVEN_ROLES}
MASK_COLUMN, LEVELS_COLUMN, SAGITTAL_COLUMN, SEX_COLUMN, AGE_COLUMN = "mask", "levels", "sagittal", "sex", "age"

SEXES = {"female": "female", "f": "female", "male": "male", "m": "male"}
"""Spellings of a sex, in small letters."""


def read_manifest(path: Path | str) -> list[CaseInput]:
    """The cases of a manifest.

    Args:
        path: a CSV file (comma or semicolon) or TSV file in UTF-8 with a header line. Columns: ``case`` (or another of
            ``CASE_COLUMNS``), optionally ``session``, the roles (``anatomy``, ``water``, ``fat``, ``fat_fraction``,
            ``in_phase``, ``opposed_phase``), ``mask``, ``levels``, ``sagittal``, ``sex``, ``age``; every other column is a
            covariate. Paths are relative to the manifest's folder. Empty and ``n/a`` cells are not known.

    Raises:
        InputError: the file cannot be read, has no column of cases or images, or names a case twice. What is wrong with one
            row only becomes the ``problem`` of that case.
    """
    path = Path(path)
    rows = list(_rows(path))
    if not rows:
        raise InputError(f"The manifest {path} lists no case. Give a header line and one line a case.")
    cases = [_case(row, path) for row in rows]
    require_distinct(cases)
    return cases


def person_of(sex: str, age: str) -> Person:
    """Sex and age from the cells of a table; what is not known stays None.

    Raises:
        InputError: another word, or no age in years.

    >>> person_of("F", "61")
    Person(sex='female', age_years=61.0)
    """
    try:
        years = float(age.replace(",", ".")) if age else None
    except ValueError:
        raise InputError(f"The age {age!r} is no number of years. Correct it, or leave it empty.") from None
    return Person(SEXES.get(sex.lower(), sex) if sex else None, years)


def known(cell: str | None) -> str:
    """The text of a cell, empty where it says that something is not known."""
    text = (cell or "").strip()
    return "" if text.lower() in MISSING else text


def _rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows as column (small letters) to cell."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            delimiter = _delimiter(file.readline())
            file.seek(0)
            reader = csv.DictReader(file, delimiter=delimiter, strict=True)
            columns = [(name or "").strip().lower() for name in reader.fieldnames or ()]
            _require_columns(columns, path)
            reader.fieldnames = columns
            for row in reader:
                if None in row:
                    raise InputError(f"Line {reader.line_num} of the manifest {path} has more cells than the header line.")
                cells = {name: _cell(name, cell, decimal_comma=delimiter == ";") for name, cell in row.items()}
                if any(cells.values()):
                    yield cells
    except OSError as error:
        raise InputError(f"The manifest {path} cannot be read: {error.strerror}. Check the path.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"The manifest {path} cannot be read ({error}). Save it as CSV or TSV in UTF-8.") from error


def _cell(column: str, cell: str | None, *, decimal_comma: bool) -> str:
    """The text of a cell; a covariate's number with a decimal point, as ``cases.tsv`` writes it."""
    if column in CASE_COLUMNS:
        return (cell or "").strip()
    return with_decimal_point(known(cell)) if decimal_comma and column not in _OURS else known(cell)


def _delimiter(header: str) -> str:
    return max("\t,;", key=header.count)


def _require_columns(columns: list[str], path: Path) -> None:
    if not any(name in columns for name in CASE_COLUMNS):
        raise InputError(f"The manifest {path} has no column {CASE_COLUMNS[0]}. Add one with a name for each case.")
    if not any(name in columns for name in ROLE_COLUMNS):
        raise InputError(f"The manifest {path} has no column of images. Add one or more of: {', '.join(ROLE_COLUMNS)}.")
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    if twice:
        raise InputError(f"The manifest {path} has the column {twice[0]} twice. Rename or remove one.")


def _case(row: Mapping[str, str], path: Path) -> CaseInput:
    participant = _first(row, CASE_COLUMNS)
    session = _first(row, SESSION_COLUMNS)
    if not participant:
        raise InputError(f"A row of the manifest {path} names no case. Fill its cell {CASE_COLUMNS[0]}.")
    files = {name: str((path.parent / row[name]).absolute()) for name in _FILES if row.get(name)}
    images = {role: files[name] for name, role in ROLE_COLUMNS.items() if name in files}
    person, problem = Person(), ""
    try:
        person = person_of(row.get(SEX_COLUMN, ""), row.get(AGE_COLUMN, ""))
    except InputError as error:
        problem = str(error)
    if not images:
        problem = f"No image is listed. Fill one or more of the columns {', '.join(ROLE_COLUMNS)}."
    return CaseInput(
        f"{participant}_ses-{session.removeprefix('ses-')}" if session else participant,
        participant,
        session,
        folder_of(participant, session),
        images,
        files.get(MASK_COLUMN),
        files.get(LEVELS_COLUMN),
        files.get(SAGITTAL_COLUMN),
        person,
        {name: cell for name, cell in row.items() if name and name not in _OURS},
        problem,
    )


def _first(row: Mapping[str, str], columns: tuple[str, ...]) -> str:
    return next((row[name] for name in columns if row.get(name)), "")


_FILES = (*ROLE_COLUMNS, MASK_COLUMN, LEVELS_COLUMN, SAGITTAL_COLUMN)
_OURS = (*CASE_COLUMNS, *SESSION_COLUMNS, *_FILES, SEX_COLUMN, AGE_COLUMN)
