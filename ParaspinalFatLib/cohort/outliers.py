"""Values far from those of the other cases: robust z within structure, level, side and fat method."""

from __future__ import annotations

import csv
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.errors import InputError

CUT = 3.5
"""Robust z beyond which a value is an outlier (Iglewicz and Hoaglin 1993, How to Detect and Handle Outliers)."""

MAD_TO_SD = 0.6745
"""Median absolute deviation of a normal distribution, in standard deviations (the same source)."""

FEWEST = 10
"""Cases that a group needs: with fewer, median and spread say little about what is usual."""

LEVEL_COLUMNS = ("csa_mm2", "ff_mean_pct")
WHOLE_COLUMNS = ("ff_mean_pct",)
"""Of whole structures the fat fraction only: volumes differ with the part of the spine that was scanned."""

WHOLE = "whole"


@dataclass(frozen=True, order=True)
class Group:
    """Values that may be compared.

    Attributes:
        structure, side: as in the tables.
        level: its name, or ``whole``.
        column: the quantity.
        fat_method: how fat was measured; empty for areas.
    """

    structure: str
    side: str
    level: str
    column: str
    fat_method: str = ""


@dataclass
class Values:
    """The values of one group: numbers of the cases, and their values, in the order of the table."""

    cases: array[int] = field(default_factory=lambda: array("l"))
    numbers: array[float] = field(default_factory=lambda: array("d"))

    def add(self, case: int, value: float) -> None:
        """One more."""
        self.cases.append(case)
        self.numbers.append(value)


@dataclass(frozen=True)
class Outlier:
    """One value far from the others.

    Attributes:
        case: name.
        group: what it is a value of.
        value, median: in the unit of the column.
        z: robust z, with its sign.
        n: values in the group.
    """

    case: str
    group: Group
    value: float
    median: float
    z: float
    n: int


def read_values(path: Path, cases: Mapping[str, int]) -> dict[Group, Values]:
    """Gather the values of a cohort from its table, row after row; single slices and sums of muscles are passed over.

    Args:
        path: ``measurements.csv`` of a cohort.
        cases: name of each case to its number; rows of others are passed over.

    Raises:
        InputError: the table cannot be read.
    """
    found: dict[Group, Values] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                number = cases.get(row["case"])
                if number is not None:
                    for group, value in _values(row):
                        found.setdefault(group, Values()).add(number, value)
    except (OSError, KeyError, ValueError, TypeError, csv.Error) as error:
        raise InputError(f"{path} cannot be read ({error}). Run the batch again to write it anew.") from error
    return found


def _values(row: Mapping[str, str]) -> Iterator[tuple[Group, float]]:
    region = row["region"]
    if region == "slice" or row["side"] == "both" or "+" in row["structure"]:
        return
    level = row["level"] if region == "level" else WHOLE
    for column in LEVEL_COLUMNS if region == "level" else WHOLE_COLUMNS:
        if row[column]:
            method = row["fat_method"] if column.startswith("ff_") else ""
            yield Group(row["structure"], row["side"], level, column, method), float(row[column])


def robust_z(values: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """0.6745 (x - median) / MAD of each value; NaN if there are fewer than ten values, or half of them are equal.

    >>> robust_z([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30]).round(2).tolist()[-2:]
    [0.9, 5.4]
    """
    numbers = np.asarray(values, dtype=np.float64)
    if len(numbers) < FEWEST:
        return np.full(len(numbers), np.nan)
    apart = numbers - np.median(numbers)
    spread = float(np.median(np.abs(apart)))
    return MAD_TO_SD * apart / spread if spread > 0 else np.full(len(numbers), np.nan)


def find_outliers(values: Mapping[Group, Values], names: list[str], cut: float = CUT) -> list[Outlier]:
    """All values beyond the cut, the farthest first.

    Args:
        values: of every group.
        names: of the cases, by number.
        cut: robust z, without its sign.
    """
    found = []
    for group, one in values.items():
        z = robust_z(one.numbers)
        median = float(np.median(one.numbers))
        for index in np.flatnonzero(np.abs(z) > cut):
            case = names[one.cases[int(index)]]
            found.append(Outlier(case, group, one.numbers[int(index)], median, float(z[index]), len(one.numbers)))
    return sorted(found, key=lambda outlier: (-abs(outlier.z), outlier.case, outlier.group))
