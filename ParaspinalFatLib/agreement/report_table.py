"""The tidy table of agreement: one row per measure, group and statistic; and its few figures for the screen."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ParaspinalFatLib.agreement.estimate import Estimate
from ParaspinalFatLib.agreement.pairs import Pairs

FIGURES = ("statistic", "value", "ci_low", "ci_high", "p", "unit", "note")


@dataclass(frozen=True)
class GroupResult:
    """The statistics of one group.

    Attributes:
        measure: what was compared.
        group: group columns to their cells.
        n: pairs or cases.
        persons: whom they come from.
        estimates: the statistics.
        pairs: the numbers, for plots; None for classes and overlaps.
    """

    measure: str
    group: Mapping[str, str]
    n: int
    persons: int
    estimates: Sequence[Estimate]
    pairs: Pairs | None = field(default=None, compare=False)

    @property
    def title(self) -> str:
        """The group in words, or the measure where there is only one group."""
        return " ".join(filter(None, self.group.values())) or self.measure

    def value(self, statistic: str) -> Estimate:
        """A statistic by name; NaN if this group has none."""
        return next((one for one in self.estimates if one.statistic == statistic), Estimate(statistic, math.nan))


def columns(results: Sequence[GroupResult]) -> list[str]:
    """The table's columns: measure, every group column, counts, figures."""
    groups = dict.fromkeys(name for one in results for name in one.group)
    return ["measure", *groups, "n", "persons", *FIGURES]


def rows(results: Sequence[GroupResult]) -> list[dict[str, object]]:
    """One row per group and statistic."""
    return [
        {
            "measure": one.measure, **one.group, "n": one.n, "persons": one.persons, "statistic": estimate.statistic,
            "value": estimate.value, "ci_low": estimate.low, "ci_high": estimate.high, "p": estimate.p,
            "unit": estimate.unit, "note": estimate.note,
        }
        for one in results
        for estimate in one.estimates
    ]  # fmt: skip


def printed(results: Sequence[GroupResult]) -> str:
    """A text table with the figures that most readers look for first."""
    numeric = [one for one in results if one.pairs is not None]
    if not numeric:
        return "\n".join(
            f"{one.title:<28.28}{one.measure:<26.26}n {one.n:<6}{first.statistic} {_interval(first, 3)}"
            for one in results
            for first in one.estimates[:1]
        )
    head = f"{'group':<28}{'n':>5}{'bias (limits of agreement)':>36}{'ICC(2,1) (95 % CI)':>28}"
    head += f"{'CCC':>9}{'MAPE %':>9}{'TOST p':>10}"
    return "\n".join([head, *(_line(one) for one in numeric)])


def _line(one: GroupResult) -> str:
    bias, lower, upper = (one.value(name).value for name in ("bias", "lower limit of agreement", "upper limit of agreement"))
    tost = next((found.p for found in one.estimates if found.statistic.startswith("TOST")), math.nan)
    limits = f"{bias:+.3g} ({lower:+.3g} to {upper:+.3g})" if math.isfinite(bias) else "-"
    name = one.title if one.title == one.measure else f"{one.title} {one.measure}"
    return (
        f"{name:<28.28}{one.n:>5}{limits:>36}{_interval(one.value('ICC(2,1)'), 4):>28}"
        f"{_number(one.value('CCC').value, '.4f'):>9}{_number(one.value('MAPE').value, '.2f'):>9}{_number(tost, '.2g'):>10}"
    )


def _interval(estimate: Estimate, digits: int) -> str:
    if not math.isfinite(estimate.value):
        return "-"
    value = f"{estimate.value:.{digits}f}"
    return f"{value} ({estimate.low:.{digits}f}-{estimate.high:.{digits}f})" if math.isfinite(estimate.low) else value


def _number(value: float, how: str) -> str:
    return format(value, how) if math.isfinite(value) else "-"
