"""What is missing in a case of a cohort, or was done otherwise than in the others."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ParaspinalFatLib.cohort.cohort_case import SAME_EVERYWHERE, SIZES, CohortCase
from ParaspinalFatLib.cohort.outliers import WHOLE, Group, Values

USUAL_SHARE = 0.5
"""A level or structure that at least this part of the measured cases has is expected in every case."""

RARE_SHARE = 0.1
"""What the program noticed in fewer cases than this part is a reason to look at them; what it says of all is not."""

SPACING_TOLERANCE = 0.1
"""Part by which a voxel size may differ from the cohort's median: areas of thin muscles change with it."""

WORDS = {
    "images": "images",
    "outlined_by": "outlined by",
    "fat_method": "fat method",
    "column_mm": "pixel width",
    "row_mm": "pixel height",
    "slice_mm": "distance of slices",
}


@dataclass(frozen=True)
class Finding:
    """Something missing or done otherwise in one case, as a phrase."""

    case: str
    kind: str
    phrase: str


def missing_levels(measured: Sequence[CohortCase]) -> Iterator[Finding]:
    """Levels that most measured cases have, but not these."""
    usual = _usual([case.levels for case in measured])
    for case in measured:
        absent = [level for level in usual if level not in case.levels]
        if absent:
            yield Finding(case.name, "level", f"no level {', '.join(absent)}")


def missing_structures(cases: Sequence[CohortCase], values: Mapping[Group, Values]) -> Iterator[Finding]:
    """Muscles that are measured as a whole in most cases, but not in these."""
    present: dict[int, dict[str, None]] = {number: {} for number, case in enumerate(cases) if case.is_done}
    for group, one in sorted(values.items()):
        if group.level == WHOLE:
            for number in one.cases:
                present[number][f"{group.side} {group.structure}"] = None
    usual = _usual([tuple(names) for names in present.values()])
    for number, names in present.items():
        absent = [name for name in usual if name not in names]
        if absent:
            yield Finding(cases[number].name, "structure", f"not measured: {', '.join(absent)}")


def _usual(lists: Sequence[Sequence[str]]) -> list[str]:
    counts = Counter(name for names in lists for name in set(names))
    return sorted(name for name, count in counts.items() if count >= USUAL_SHARE * len(lists))


def other_protocols(measured: Sequence[CohortCase]) -> Iterator[Finding]:
    """Cases with other images, outlines, fat method or voxel size than the rest."""
    if not measured:
        return
    usual = {name: Counter(case.protocol[name] for case in measured).most_common(1)[0][0] for name in SAME_EVERYWHERE}
    sizes = {name: [size for case in measured if (size := _number(case.protocol[name])) is not None] for name in SIZES}
    medians = {name: statistics.median(found) for name, found in sizes.items() if found}
    for case in measured:
        told = case.protocol
        differing = [
            f"{WORDS[name]} {told[name]}, not {usual[name]}" for name in SAME_EVERYWHERE if told[name] != usual[name]
        ]
        for name, median in medians.items():
            size = _number(told[name])
            if size is not None and not math.isclose(size, median, rel_tol=SPACING_TOLERANCE):
                differing.append(f"{WORDS[name]} {size:g} mm, median {median:g} mm")
        if differing:
            yield Finding(case.name, "protocol", "; ".join(differing))


def _number(text: str) -> float | None:
    return float(text) if text else None


def rarely_noticed(measured: Sequence[CohortCase]) -> Iterator[Finding]:
    """What the program noticed in few cases only."""
    counts = Counter(code for case in measured for code in case.observations)
    for case in measured:
        rare = [code for code in case.observations if counts[code] < RARE_SHARE * len(measured)]
        if rare:
            yield Finding(
                case.name, "noticed", f"noticed in few cases: {', '.join(code.replace('_', ' ') for code in rare)}"
            )
