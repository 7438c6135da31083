"""The tables of a cohort, put together from the files of its cases without holding them in memory."""

from __future__ import annotations

import contextlib
import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from ParaspinalFatLib.cohort.case_input import CaseInput
from ParaspinalFatLib.cohort.status import State, Status, statuses
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.files import written_whole
from ParaspinalFatLib.measurement.dictionary import CASE, COLUMNS, write_dictionary_csv
from ParaspinalFatLib.spreadsheet import safe_cell

STATUS_TABLE, CASES_TABLE, MEASUREMENTS_TABLE = "status.tsv", "cases.tsv", "measurements.csv"
DICTIONARY = "measurements_columns.csv"

STATUS_COLUMNS = ("case", "participant", "session", "folder", "state", "reason", "error", "seconds", "attempts")

CASE_COLUMNS = ("case", "participant", "session", "folder", "state", "sex", "age_years")

PROTOCOL_COLUMNS = (
    "images",
    "outlined_by",
    "fat_method",
    "columns",
    "rows",
    "slices",
    "column_mm",
    "row_mm",
    "slice_mm",
    "levels",
    "observations",
)
"""What ``cases.tsv`` tells about the images of a finished case; its marker has them under ``protocol``."""


def write_tables(cases: Sequence[CaseInput], output: Path, conditions_digest: str) -> Counter[State]:
    """Write ``status.tsv``, ``cases.tsv`` and ``measurements.csv`` of a cohort anew, each whole or not at all.

    Cases come in the order of ``cases``, one at a time: memory does not grow with what they hold. Only finished cases are in
    ``measurements.csv``.

    Args:
        cases: of the cohort.
        output: the cohort's folder.
        conditions_digest: of the present conditions.

    Returns:
        How many cases are in each state.

    Raises:
        OutputError: the folder cannot be written.
        InputError: the table of a finished case has been damaged.
    """
    counts: Counter[State] = Counter()
    covariates = covariate_names(cases)
    with contextlib.ExitStack() as stack:
        status_table = stack.enter_context(_table(output / STATUS_TABLE))
        cases_table = stack.enter_context(_table(output / CASES_TABLE))
        measurements = stack.enter_context(_table(output / MEASUREMENTS_TABLE))
        _write_row(status_table, STATUS_COLUMNS, "\t")
        _write_row(cases_table, (*CASE_COLUMNS, *PROTOCOL_COLUMNS, *covariates.values()), "\t")
        _write_row(measurements, (CASE.name, *_MEASUREMENT_COLUMNS), ",")
        for status in statuses(cases, output, conditions_digest):
            counts[status.state] += 1
            _write_row(status_table, _status_cells(status), "\t")
            _write_row(cases_table, _case_cells(status, covariates), "\t")
            if status.state is State.DONE:
                measurements.writelines(rows_of_case(output, status.case))
    if not (output / DICTIONARY).exists():
        write_dictionary_csv(output / DICTIONARY)
    return counts


def rows_of_case(output: Path, case: CaseInput) -> Iterator[bytes]:
    """Lines of a finished case's own table, each with the case's name before it.

    Raises:
        InputError: the table is absent, or has other columns than this program writes.
    """
    path = output / case.folder / MEASUREMENTS_TABLE
    prefix = _line((case.name,), ",").rstrip(b"\n") + b","
    try:
        with path.open("rb") as file:
            if file.readline() != _HEADER:
                raise InputError(f"{path} is damaged. Remove its folder, and run the batch again.")
            for line in file:
                yield prefix + line
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}. Remove its folder, and run the batch again.") from error


def covariate_names(cases: Iterable[CaseInput]) -> dict[str, str]:
    """Name of each covariate to its column in ``cases.tsv``: the same, or ``covariate_`` before it where that is taken."""
    taken = {*CASE_COLUMNS, *PROTOCOL_COLUMNS}
    names = dict.fromkeys(name for case in cases for name in case.covariates)
    return {name: f"covariate_{name}" if name in taken else name for name in names}


def _status_cells(status: Status) -> list[str]:
    case = status.case
    return [
        *(case.name, case.participant, case.session, case.folder, status.state.value, status.reason, status.error),
        _text(status.seconds),
        _text(status.attempts),
    ]


def _case_cells(status: Status, covariates: Iterable[str]) -> list[str]:
    case, protocol = status.case, status.marker.get("protocol", {}) if status.state is State.DONE else {}
    return [
        *(case.name, case.participant, case.session, case.folder, status.state.value),
        *(_text(case.person.sex), _text(case.person.age_years)),
        *(_text(protocol.get(name)) for name in PROTOCOL_COLUMNS),
        *(case.covariates.get(name, "") for name in covariates),
    ]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ";".join(map(str, value))
    return f"{value:.10g}" if isinstance(value, float) else str(value)


@contextlib.contextmanager
def _table(path: Path) -> Iterator[IO[bytes]]:
    with written_whole(path) as beside, beside.open("wb", buffering=1 << 20) as file:
        yield file


def _write_row(file: IO[bytes], cells: Iterable[str], delimiter: str) -> None:
    file.write(_line(cells, delimiter))


def _line(cells: Iterable[str], delimiter: str) -> bytes:
    """One line of a table; no cell can be read as a formula or break the line."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerow([safe_cell(cell) for cell in cells])
    return text.getvalue().encode()


_MEASUREMENT_COLUMNS = tuple(column.name for column in COLUMNS)
_HEADER = (",".join(_MEASUREMENT_COLUMNS) + "\n").encode()
