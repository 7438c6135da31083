"""From paired cells or compared masks to the statistics of every group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ParaspinalFatLib.agreement.equivalence import Margin
from ParaspinalFatLib.agreement.kappa import classes_by_limits, cohens_kappas
from ParaspinalFatLib.agreement.mask_sets import MaskComparison
from ParaspinalFatLib.agreement.pairing import Matched, Pairing, as_numbers
from ParaspinalFatLib.agreement.report_table import GroupResult
from ParaspinalFatLib.agreement.statistics import agreement_statistics


@dataclass(frozen=True)
class Analysis:
    """How paired cells are analysed.

    Attributes:
        names: what reference and other are called.
        margin: for the equivalence test.
        unit: of the values; None: from the columns' names.
        limits: where numbers are cut into classes for kappa; none: no kappa of numbers.
        categorical: whether the cells are names of classes instead of numbers.
    """

    names: tuple[str, str] = ("reference", "other")
    margin: Margin = Margin(5.0, percent=True)  # noqa: RUF009  frozen
    unit: str | None = None
    limits: Sequence[float] = ()
    categorical: bool = False


def analyse(pairing: Pairing, how: Analysis) -> list[GroupResult]:
    """The statistics of every measure and group.

    Raises:
        InputError: a cell is no number, or the limits of classes do not rise.
        MissingPackageError: pingouin or statsmodels is not installed.
    """
    return [
        _classes(measure, dict(group), cells) if how.categorical else _numbers(measure, dict(group), cells, how)
        for (measure, group), cells in pairing.groups().items()
    ]


def overlap_results(comparison: MaskComparison, person_of: dict[str, str]) -> list[GroupResult]:
    """The summaries of overlap and distances of every structure."""
    cases = Counter((one.structure, one.side) for one in comparison.overlaps)
    persons = {
        key: len({person_of[one.case] for one in comparison.overlaps if (one.structure, one.side) == key}) for key in cases
    }
    return [
        GroupResult(
            measure, {"structure": structure, "side": side}, cases[structure, side], persons[structure, side], figures
        )
        for (measure, structure, side), figures in comparison.summaries().items()
    ]


def repeated(results: Sequence[GroupResult]) -> list[GroupResult]:
    """Groups to which some person contributes more than once."""
    return [one for one in results if one.persons < one.n]


def _numbers(measure: str, group: dict[str, str], cells: list[Matched], how: Analysis) -> GroupResult:
    pairs = as_numbers(cells, how.names, how.unit)
    estimates = agreement_statistics(pairs, how.margin)
    if how.limits:
        first, second = (classes_by_limits(series.tolist(), how.limits) for series in (pairs.reference, pairs.other))
        estimates += cohens_kappas(first, second, range(len(how.limits) + 1), ordered=True)
    return GroupResult(measure, group, pairs.n, pairs.person_count, estimates, pairs)


def _classes(measure: str, group: dict[str, str], cells: list[Matched]) -> GroupResult:
    reference, other = [_class(one.reference) for one in cells], [_class(one.other) for one in cells]
    found = sorted({*reference, *other}, key=lambda name: (isinstance(name, str), name))
    ordered = not any(isinstance(name, str) for name in found)
    estimates = cohens_kappas(reference, other, found, ordered=ordered)
    return GroupResult(measure, group, len(cells), len({one.person for one in cells}), estimates)


def _class(text: str) -> float | str:
    """A grade as its number, since tables write 2 as 2 or 2.0 (grades are ordered classes); other classes as they are."""
    try:
        return float(text)
    except ValueError:
        return text
