"""What the tables of a cohort say about each of its cases."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ParaspinalFatLib.cohort.cohort_tables import CASES_TABLE, STATUS_TABLE
from ParaspinalFatLib.errors import InputError

SAME_EVERYWHERE = ("images", "outlined_by", "fat_method")
SIZES = ("column_mm", "row_mm", "slice_mm")


@dataclass(frozen=True, slots=True)
class CohortCase:
    """What the tables of a cohort say about one case.

    Attributes:
        name, folder, state: as in ``status.tsv``.
        reason, error: why it is not done.
        protocol: columns of ``cases.tsv`` that should be alike, as text.
        levels, observations: names of its levels, codes of what the program noticed.
    """

    name: str
    folder: str
    state: str
    reason: str
    error: str
    protocol: Mapping[str, str]
    levels: tuple[str, ...]
    observations: tuple[str, ...]

    @property
    def is_done(self) -> bool:
        """Whether it has been measured."""
        return self.state == "done"


def read_cases(folder: Path) -> list[CohortCase]:
    """The cases of a cohort from ``status.tsv`` and ``cases.tsv``.

    Raises:
        InputError: a table is absent or cannot be read.
    """
    protocol = {row["case"]: row for row in _rows(folder / CASES_TABLE)}
    return [_case(row, protocol.get(row["case"], {})) for row in _rows(folder / STATUS_TABLE)]


def _case(status: Mapping[str, str], row: Mapping[str, str]) -> CohortCase:
    return CohortCase(
        name=status["case"],
        folder=status["folder"],
        state=status["state"],
        reason=status.get("reason", ""),
        error=status.get("error", ""),
        protocol={name: row.get(name, "") for name in (*SAME_EVERYWHERE, *SIZES)},
        levels=tuple(filter(None, row.get("levels", "").split(";"))),
        observations=tuple(filter(None, row.get("observations", "").split(";"))),
    )


def _rows(path: Path) -> Iterator[dict[str, str]]:
    if not path.is_file():
        raise InputError(f"{path} does not exist. Give the output folder of 'paraspinalfat batch'.")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, delimiter="\t")
            if not {"case", "folder", "state"} <= set(reader.fieldnames or ()):
                raise InputError(f"{path} is no table of a batch. Run the batch again to write it anew.")
            for row in reader:
                yield {name: cell or "" for name, cell in row.items() if name}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} cannot be read ({error}). Run the batch again to write it anew.") from error
