"""Average precision of structures found in slices: the area under the precision-recall curve.

Interpolation: at every recall the best precision reached at that recall or a higher one ("all points", as PASCAL VOC does
since 2010). Structures with equal scores are taken together, as nothing says which comes first; where all are equal, because
outlines came without scores, the curve is one point and the area is precision x recall.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby


@dataclass(frozen=True)
class Found:
    """One structure that a method found in one slice.

    Attributes:
        score: how sure the method is of it, higher is surer; NaN if it does not say.
        is_hit: whether it overlaps the true outline in this slice far enough.
    """

    score: float
    is_hit: bool


def are_scored(found: Sequence[Found]) -> bool:
    """Whether there is anything and all of it has a score."""
    return bool(found) and not any(math.isnan(one.score) for one in found)


def average_precision(found: Sequence[Found], true: int) -> float:
    """Area under the interpolated precision-recall curve, 0 to 1; NaN if nothing is true.

    Args:
        found: of all slices and cases. If one of them lacks a score, none is used.
        true: how many there are to be found.

    The surer of two is right, and one of two is missed:

    >>> average_precision([Found(0.9, True), Found(0.6, False)], true=2)
    0.5
    """
    if not true:
        return math.nan
    scores = [one.score if are_scored(found) else 0.0 for one in found]
    ordered = sorted(zip(scores, found, strict=True), key=lambda pair: -pair[0])
    hits = seen = 0
    recalls, precisions = [0.0], []
    for _, tied in groupby(ordered, key=lambda pair: pair[0]):
        group = [one.is_hit for _, one in tied]
        hits, seen = hits + sum(group), seen + len(group)
        recalls.append(hits / true)
        precisions.append(hits / seen)
    best = [*accumulate(reversed(precisions), max)][::-1]
    return math.fsum((after - before) * height for before, after, height in zip(recalls, recalls[1:], best, strict=False))
