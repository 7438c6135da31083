"""The percentiles of a healthy group as a reference file for the measuring engine.

The file has the form of the published ones (Resources/References/README.md). Values bind to method, muscle, side and region
as those do; quartiles are linear between order statistics.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.measurement.references import QUANTITIES
from ParaspinalFatLib.study.groups import Bands, Group, groups
from ParaspinalFatLib.study.measures import Measure

if TYPE_CHECKING:
    from pandas import DataFrame, Series

FEWEST = 20
"""Persons of a group below which its percentiles say little."""

PERCENTILES = (5, 10, 25, 50, 75, 90, 95)
DIGITS = 4

FAT_QUANTITIES = frozenset({"ff_mean_pct"})


@dataclass(frozen=True)
class Description:
    """What the file says about the group."""

    name: str
    cohort: str


def reference_content(
    frame: DataFrame,
    measures: Sequence[Measure],
    fat_methods: Mapping[str, tuple[str, ...]],
    bands: Bands,
    sexes: Series | None,
    description: Description,
    fewest: int = FEWEST,
) -> tuple[dict[str, object], list[str]]:
    """The content of the file, and remarks on what was not written and why.

    Groups of one sex and age band come first, all persons last, so that the most specific one that fits is used.

    Args:
        frame: the healthy group, one row a person.
        measures: whose percentiles are wanted; other quantities than those of QUANTITIES are refused.
        fat_methods: measure's name to the fat methods of its rows.
        bands: of age.
        sexes: as they are written, with the cases as index; None: not told apart.
        description: of the group.
        fewest: persons that a group must have.

    Raises:
        InputError: a quantity that the engine does not compare, fat fractions of two methods, or no group is large enough.
    """
    entries: list[dict[str, object]] = []
    remarks = []
    for measure in measures:
        methods = _methods(measure, fat_methods.get(measure.name, ()))
        for group in sorted(groups(frame, bands, sexes), key=lambda one: (one.sex is None) + (one.ages is None)):
            values = group.cases[measure.name].dropna().to_numpy(float)
            if len(values) >= fewest:
                entries.append(_entry(measure, methods, group, values))
            elif len(values):
                sex = group.sex or "both sexes"
                remarks.append(
                    f"{measure.name}, {sex}, age {group.age_text}: {len(values)} persons, fewer than {fewest}; not written"
                )
    if not entries:
        raise InputError(f"No group of healthy persons has {fewest} values. Choose wider groups, or lower --smallest-group.")
    content: dict[str, object] = {
        "study": description.name,
        "citation": f"{description.name}: own values, computed by ParaspinalFat. Research use only.",
        "cohort": description.cohort,
        "note": "Median, 25th and 75th percentile in 'numbers', linear between order statistics.",
        "statistic": "median_iqr",
        "values": entries,
    }
    return content, remarks


def _methods(measure: Measure, found: tuple[str, ...]) -> list[str]:
    if measure.column not in QUANTITIES:
        raise InputError(
            f"References exist for {', '.join(QUANTITIES)}, not for {measure.column}. Leave it out of --reference-measure."
        )
    if measure.column not in FAT_QUANTITIES:
        return []
    if len(found) != 1:
        methods = " and ".join(found) if found else "no method that is named"
        raise InputError(
            f"The fat fractions of {measure.name} are by {methods}. A reference needs one fat method: choose with --where."
        )
    return list(found)


def _entry(measure: Measure, methods: list[str], group: Group, values: np.ndarray) -> dict[str, object]:
    percentiles = {str(rank): round(float(np.percentile(values, rank)), DIGITS) for rank in PERCENTILES}
    entry: dict[str, object] = {
        "quantity": measure.column,
        "structure": measure.structure,
        "sides": [measure.side],
        "regions": [measure.region],
        "methods": methods,
        "numbers": [percentiles["50"], percentiles["25"], percentiles["75"]],
        "n": len(values),
        "percentiles": percentiles,
    }
    if group.sex is not None:
        entry["sex"] = group.sex
    if group.ages is not None:
        entry["age_years"] = [group.ages[0], _last_age(group.ages[1])]
    return entry


def _last_age(end: float) -> float:
    """Highest age of a band that ends before ``end``: the engine's bands include both ends.

    >>> _last_age(40.0)
    39.9999
    """
    return end - 1e-4
