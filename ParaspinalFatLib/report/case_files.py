"""What a folder of results holds, read back: its table, where it came from, what readers said about it."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.measurement.dictionary import BY_NAME, Kind
from ParaspinalFatLib.measurement.table import Table, Value

MEASUREMENTS, PROVENANCE, OVERLAY, REVIEW, MARKER = (
    "measurements.csv",
    "provenance.json",
    "overlay.png",
    "review.csv",
    "case.json",
)


@dataclass(frozen=True)
class CaseFiles:
    """A folder of results of one case: of the command, of a batch, or exported from the panel.

    Attributes:
        folder: where it lies.
        table: its measurements.
        provenance: content of provenance.json.
        marker: content of case.json, which a batch writes; else empty.
        review: rows of review.csv, which the panel exports; None if the case was not exported from there.
        overlay: the picture of outlines and fat, PNG; None if there is none.
    """

    folder: Path
    table: Table
    provenance: Mapping[str, Any]
    marker: Mapping[str, Any]
    review: tuple[Mapping[str, str], ...] | None
    overlay: bytes | None

    @property
    def name(self) -> str:
        """What the case is called: by the batch, else by its folder."""
        return str(self.marker.get("case") or self.folder.resolve().name)


def read_case(folder: Path) -> CaseFiles:
    """Read a folder of results.

    Raises:
        InputError: it is none, or a file in it is damaged.
    """
    if not (folder / MEASUREMENTS).is_file():
        raise InputError(
            f"{folder} holds no {MEASUREMENTS}. Give a folder that 'paraspinalfat run', a batch or the panel's export wrote."
        )
    overlay = folder / OVERLAY
    return CaseFiles(
        folder,
        read_measurements(folder / MEASUREMENTS),
        _read_json(folder / PROVENANCE),
        _read_json(folder / MARKER),
        _read_review(folder / REVIEW),
        overlay.read_bytes() if overlay.is_file() else None,
    )


def read_measurements(path: Path) -> Table:
    """Read a table that :meth:`measurement.table.Table.write_csv` wrote.

    Raises:
        InputError: a column is absent or unknown, or a number cannot be read.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            names = list(reader.fieldnames or ())
            if set(names) != set(BY_NAME):
                raise InputError(f"{path} has other columns than this version writes. Measure the case again.")
            rows = [{name: _value(name, row[name]) for name in names} for row in reader]
    except (OSError, ValueError, TypeError, csv.Error) as error:
        raise InputError(f"{path} cannot be read ({error}). Measure the case again.") from error
    return Table(rows, [BY_NAME[name] for name in names])


def _value(column: str, text: str) -> Value:
    kind = BY_NAME[column].kind
    if text == "":
        return None
    if kind is Kind.TEXT:
        return text
    return int(text) if kind is Kind.INTEGER else float(text)


def _read_json(path: Path) -> Mapping[str, Any]:
    """The content, empty if the file does not exist."""
    if not path.is_file():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read ({error}). Measure the case again.") from error
    if not isinstance(content, dict):
        raise InputError(f"{path} is damaged. Measure the case again.")
    return content


def _read_review(path: Path) -> tuple[Mapping[str, str], ...] | None:
    if not path.is_file():
        return None
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [{key or "": value or "" for key, value in row.items()} for row in csv.DictReader(file)]
    except (OSError, ValueError, csv.Error, AttributeError) as error:
        raise InputError(f"{path} cannot be read ({error}). Export the case again.") from error
    return tuple(rows)
