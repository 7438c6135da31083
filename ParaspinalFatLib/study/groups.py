"""Means with confidence intervals by sex and age band."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scipy import stats

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.spreadsheet import MISSING

if TYPE_CHECKING:
    from pandas import DataFrame, Series

SEXES = {"female": "female", "f": "female", "w": "female", "male": "male", "m": "male"}
"""How sex is written in tables."""


@dataclass(frozen=True)
class Bands:
    """The age bands.

    Attributes:
        age: column of the joined table; None: no bands.
        edges: ages at which bands begin; the last one ends the last band. None: one band.
    """

    age: str | None = None
    edges: Sequence[float] = ()

    def __post_init__(self) -> None:
        if len(self.edges) == 1 or list(self.edges) != sorted(set(self.edges)):
            raise InputError("The age bands must be two or more rising ages, such as 20 40 60 80.")

    @property
    def intervals(self) -> list[tuple[float, float]]:
        """First age of each band, and the age before which it ends."""
        return list(zip(self.edges, self.edges[1:], strict=False)) if self.age else []


@dataclass(frozen=True)
class Group:
    """A part of the cases: of one sex and one age band; None stands for all."""

    sex: str | None
    ages: tuple[float, float] | None
    cases: DataFrame

    @property
    def age_text(self) -> str:
        """The band in words."""
        return "all" if self.ages is None else f"{self.ages[0]:g} to below {self.ages[1]:g}"


def groups(frame: DataFrame, bands: Bands, sexes: Series | None = None) -> Iterator[Group]:
    """All cases; each band; each sex; each sex in each band.

    Args:
        frame: one row a case.
        bands: of age.
        sexes: as they are written, with the cases as index (at least those of the frame); None: not told apart.

    Raises:
        InputError: a sex is neither female nor male.
    """
    known = None if sexes is None else _sexes(sexes.reindex(frame.index))
    for sex in (None, *(("female", "male") if known is not None else ())):
        for ages in (None, *bands.intervals):
            chosen = frame
            if sex is not None and known is not None:
                chosen = chosen[known == sex]
            if ages is not None and bands.age:
                chosen = chosen[(chosen[bands.age] >= ages[0]) & (chosen[bands.age] < ages[1])]
            yield Group(sex, ages, chosen)


def group_means(
    frame: DataFrame, variables: Sequence[str], bands: Bands, sexes: Series | None = None
) -> list[dict[str, object]]:
    """One row for each variable and group: n, mean with 95 % interval (t), SD, median and quartiles."""
    return [
        {"variable": name, "sex": group.sex or "all", "age": group.age_text, **figures(group.cases[name])}
        for name in variables
        for group in groups(frame, bands, sexes)
    ]


def figures(values: Series) -> dict[str, object]:
    """The figures of one group; an interval needs two cases."""
    present = values.dropna()
    n = len(present)
    if not n:
        return {"n": 0, "missing": len(values)}
    mean = float(present.mean())
    half, deviation = math.nan, math.nan
    if n > 1:
        deviation = float(present.std(ddof=1))
        half = float(stats.t.ppf(0.975, n - 1)) * deviation / math.sqrt(n)
    lower, median, upper = (float(present.quantile(share)) for share in (0.25, 0.5, 0.75))
    return {
        "n": n, "missing": len(values) - n, "mean": mean, "ci_low": mean - half, "ci_high": mean + half, "sd": deviation,
        "median": median, "p25": lower, "p75": upper,
    }  # fmt: skip


def _sexes(written: Series) -> Series:
    """female, male or empty."""
    words = written.fillna("").str.lower()
    unknown = sorted({word for word in words if word not in SEXES and word not in MISSING})
    if unknown:
        raise InputError(f"The sex must be female or male, not {', '.join(unknown[:3])}. Leave the cell empty if not known.")
    return words.map(SEXES)
