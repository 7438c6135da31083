"""What a method gives for one image: outlines, how sure it is of them, and what the reader should know."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ParaspinalFatLib.agreement.mask_sets import split
from ParaspinalFatLib.agreement.masks import Mask
from ParaspinalFatLib.anatomy import COMPOSITES

Scores = Mapping[str, Sequence[float | None]]
"""Identifier to how sure the method is of it in each slice in axial order, higher is surer; None where it is not there."""


@dataclass(frozen=True, eq=False)
class Outlined:
    """The outlines of one image.

    Attributes:
        structures: identifier to mask (k, j, i) on the image's own grid; an image in which nothing was found has none.
        scores: empty if the method does not say how sure it is.
        remarks: sentences on how far these outlines can be trusted, if there is something to say.
    """

    structures: Mapping[str, Mask]
    scores: Scores = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


def score_of(name: str, k: int, scores: Scores, masks: Mapping[str, Mask]) -> float:
    """How sure a method is of one structure in one slice; NaN if it does not say.

    A coarser muscle without a score of its own has the mean of its parts, each weighted by its area.

    Args:
        name: identifier of the structure.
        k: slice in axial order.
        scores: as the method gave them.
        masks: identifier to predicted mask (k, j, i) in axial order.
    """
    if name in scores:
        own = scores[name][k]
        return math.nan if own is None else own
    structure, side = split(name)
    parts = [f"{part}_{side}" for part in COMPOSITES.get(structure, ())]
    areas = {part: int(np.count_nonzero(masks[part][k])) for part in parts if part in masks}
    total = sum(areas.values())
    if not total:
        return math.nan
    return sum(area * score_of(part, k, scores, masks) for part, area in areas.items() if area) / total
