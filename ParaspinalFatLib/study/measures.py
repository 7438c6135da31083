"""Which cells of a cohort's measurement table a study uses: one number for each case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.measurement.table import Row
from ParaspinalFatLib.spreadsheet import Sheet


@dataclass(frozen=True)
class Measure:
    """One quantity of one muscle.

    Attributes:
        structure: abbreviation, such as ``MF`` or ``ES+MF``.
        side: ``right``, ``left``, ``both`` or ``midline``.
        region: ``whole``, or the name of a level.
        column: of the measurement table.

    >>> Measure.read("MF:both:L4/5:ff_mean_pct").name
    'MF both L4/5 ff_mean_pct'
    """

    structure: str
    side: str
    region: str
    column: str

    @classmethod
    def read(cls, text: str) -> Measure:
        """A measure as people write it: ``STRUCTURE:SIDE:REGION:COLUMN``.

        Raises:
            InputError: it has not four parts.
        """
        parts = [part.strip() for part in text.split(":")]
        if len(parts) != 4 or not all(parts):
            raise InputError(f"{text!r} is no STRUCTURE:SIDE:REGION:COLUMN. Give for instance MF:both:whole:ff_mean_pct.")
        return cls(*parts)

    @property
    def name(self) -> str:
        """Name of the variable in the study's tables."""
        return f"{self.structure} {self.side} {self.region} {self.column}"

    def is_in(self, row: Mapping[str, str] | Row) -> bool:
        """Whether a row of the measurement table holds it."""
        region = row["level"] if row["region"] == "level" else row["region"]
        return (row["structure"], row["side"], region) == (self.structure, self.side, self.region)


def rows_by_case(cohort: Sheet, measure: Measure, case: str) -> dict[str, Mapping[str, str]]:
    """The row that holds a measure, for each case that has one.

    Raises:
        InputError: a column is missing, a case has two such rows, or no case has one.
    """
    cohort.require(case, "structure", "side", "region", "level", measure.column)
    found: dict[str, Mapping[str, str]] = {}
    for row in cohort.rows:
        if measure.is_in(row):
            if row[case] in found:
                raise InputError(f"{cohort.path} has two rows with {measure.name} for case {row[case]}. Keep one of them.")
            found[row[case]] = row
    if not found:
        raise InputError(f"No case in {cohort.path} has a row for {measure.name}. Check structure, side and region.")
    return found
