"""Figures of one structure in one case: the whole stack, and the slice of each level."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from ParaspinalFatLib.agreement.mask_sets import split
from ParaspinalFatLib.agreement.masks import Mask
from ParaspinalFatLib.agreement.overlap import Overlap, overlap
from ParaspinalFatLib.evaluation.average_precision import Found
from ParaspinalFatLib.evaluation.by_slice import HIT_IOU, Item, SliceFigures
from ParaspinalFatLib.evaluation.truth import Truth

WHOLE = "whole"
"""The level of figures over all slices."""


@dataclass(frozen=True)
class CaseFigures:
    """One structure of one item, over all slices or in that of one level.

    Attributes:
        item: whose.
        structure, side: of the outline.
        level: name of the level, or ``whole``.
        overlap: Dice, distances, volumes; in a single slice distances are those in its plane.
        csa_error_pct: sum over slices of |predicted - true area| in per cent of the sum of true areas.
        ff_error_points: mean FF inside the predicted outline - inside the true one, in percentage points; NaN without FF.
        slices_true, slices_predicted, slices_hit: slices where truth has the structure, where the prediction has it, and
            where both do with an IoU of at least 0.75.
        found: what the prediction has, one for each of its slices.
    """

    item: Item
    structure: str
    side: str
    level: str
    overlap: Overlap
    csa_error_pct: float
    ff_error_points: float
    slices_true: int
    slices_predicted: int
    slices_hit: int
    found: tuple[Found, ...]

    @property
    def row(self) -> dict[str, object]:
        """As a row of the table."""
        counts = {name: getattr(self, name) for name in ("slices_true", "slices_predicted", "slices_hit")}
        return {
            **asdict(self.item), "structure": self.structure, "side": self.side, "level": self.level,
            **asdict(self.overlap), "csa_error_pct": self.csa_error_pct, "ff_error_points": self.ff_error_points, **counts,
        }  # fmt: skip


def case_figures(
    item: Item, truth: Truth, prediction: Mapping[str, Mask], slices: Sequence[SliceFigures]
) -> list[CaseFigures]:
    """Figures of every structure that was judged slice by slice.

    Args:
        item: what is judged.
        truth: of its case.
        prediction: identifier to mask (k, j, i) in axial order.
        slices: its figures by slice.
    """
    found = []
    for name, mask in truth.structures.items():
        structure, side = split(name)
        own = [one for one in slices if (one.structure, one.side) == (structure, side)]
        if not own:
            continue
        predicted = prediction.get(name, np.zeros_like(mask))
        parts = {WHOLE: slice(None)} | {level: slice(k, k + 1) for level, k in truth.levels.items()}
        for level, part in parts.items():
            within = own if level == WHOLE else [one for one in own if one.slice == part.start]
            if within:
                known = None if truth.known is None else truth.known[part]
                agreement = overlap(mask[part], predicted[part], truth.spacing_mm, known)
                found.append(_figures(item, (structure, side, level), agreement, within))
    return found


def _figures(item: Item, place: tuple[str, str, str], agreement: Overlap, slices: Sequence[SliceFigures]) -> CaseFigures:
    true_area = sum(one.truth_mm2 for one in slices)
    wrong_area = sum(abs(one.prediction_mm2 - one.truth_mm2) for one in slices)
    found = tuple(Found(one.score, one.iou >= HIT_IOU) for one in slices if one.prediction_mm2 > 0)
    return CaseFigures(
        item,
        *place,
        agreement,
        100.0 * wrong_area / true_area if true_area else math.nan,
        _mean_ff(slices, "prediction") - _mean_ff(slices, "truth"),
        sum(one.truth_mm2 > 0 for one in slices),
        len(found),
        sum(one.is_hit for one in found),
        found,
    )


def _mean_ff(slices: Sequence[SliceFigures], whose: str) -> float:
    """Mean FF over the voxels of all slices that have one."""
    pairs = [(getattr(one, f"{whose}_ff_pct"), getattr(one, f"{whose}_ff_voxels")) for one in slices]
    total = sum(voxels for _, voxels in pairs)
    return sum(ff * voxels for ff, voxels in pairs if voxels) / total if total else math.nan
