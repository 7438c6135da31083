"""Quality of a cohort from its tables: what is far from the rest, missing, or was done otherwise than elsewhere."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ParaspinalFatLib.cohort.cohort_case import CohortCase, read_cases
from ParaspinalFatLib.cohort.cohort_tables import MEASUREMENTS_TABLE
from ParaspinalFatLib.cohort.findings import (
    Finding,
    missing_levels,
    missing_structures,
    other_protocols,
    rarely_noticed,
)
from ParaspinalFatLib.cohort.outliers import CUT, Group, Outlier, Values, find_outliers, read_values
from ParaspinalFatLib.files import written_whole
from ParaspinalFatLib.spreadsheet import safe_cell


@dataclass(frozen=True)
class CohortQuality:
    """What a cohort's tables show.

    Attributes:
        folder: the cohort's.
        cases: all of them, in the order of the tables.
        values: of every group, for plots.
        outliers: the farthest first.
        findings: kinds ``level``, ``structure``, ``protocol`` and ``noticed``, in the order of the cases.
        protocols: each combination of protocol cells to the number of its cases, the most frequent first.
        cut: robust z beyond which a value is an outlier.
    """

    folder: Path
    cases: Sequence[CohortCase]
    values: Mapping[Group, Values]
    outliers: Sequence[Outlier]
    findings: Sequence[Finding]
    protocols: Mapping[tuple[tuple[str, str], ...], int]
    cut: float

    def count(self, state: str) -> int:
        """Cases in one state."""
        return sum(case.state == state for case in self.cases)

    def of_kind(self, kind: str) -> list[Finding]:
        """Findings of one kind."""
        return [finding for finding in self.findings if finding.kind == kind]


def assess(folder: Path, cut: float = CUT) -> CohortQuality:
    """Look through the tables of a cohort; pictures and masks are not read.

    Args:
        folder: the cohort's, with the tables of a batch.
        cut: robust z beyond which a value is an outlier.

    Raises:
        InputError: there are no such tables, or they cannot be read.
    """
    cases = read_cases(folder)
    names = [case.name for case in cases]
    done = {case.name: number for number, case in enumerate(cases) if case.is_done}
    values = read_values(folder / MEASUREMENTS_TABLE, done)
    measured = [case for case in cases if case.is_done]
    findings = [
        *missing_levels(measured),
        *missing_structures(cases, values),
        *other_protocols(measured),
        *rarely_noticed(measured),
    ]
    protocols = Counter(tuple(case.protocol.items()) for case in measured)
    order = {name: number for number, name in enumerate(names)}
    findings.sort(key=lambda finding: order[finding.case])
    outliers = find_outliers(values, names, cut)
    return CohortQuality(folder, cases, values, outliers, findings, dict(protocols.most_common()), cut)


OUTLIER_COLUMNS = ("case", "structure", "side", "level", "column", "fat_method", "value", "median", "robust_z", "n")
FINDING_COLUMNS = ("case", "kind", "finding")


def write_outliers(path: Path, outliers: Iterable[Outlier]) -> None:
    """Write all outliers as TSV.

    Raises:
        OutputError: the folder cannot be written.
    """
    rows = (
        (
            *(one.case, one.group.structure, one.group.side, one.group.level, one.group.column, one.group.fat_method),
            *(f"{number:.6g}" for number in (one.value, one.median, one.z)),
            str(one.n),
        )
        for one in outliers
    )
    _write_table(path, OUTLIER_COLUMNS, rows)


def write_findings(path: Path, findings: Iterable[Finding]) -> None:
    """Write what is missing or was done otherwise as TSV.

    Raises:
        OutputError: the folder cannot be written.
    """
    _write_table(path, FINDING_COLUMNS, ((finding.case, finding.kind, finding.phrase) for finding in findings))


def _write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with written_whole(path) as beside, beside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([safe_cell(cell) for cell in row] for row in rows)
