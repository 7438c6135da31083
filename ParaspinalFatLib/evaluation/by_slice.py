"""Figures of one structure in one slice, from which areas, instances, plots and pictures follow."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from ParaspinalFatLib.agreement.mask_sets import split
from ParaspinalFatLib.agreement.masks import Mask
from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.evaluation.outlined import Scores, score_of
from ParaspinalFatLib.evaluation.true_fraction import Fraction
from ParaspinalFatLib.evaluation.truth import Truth

HIT_IOU = 0.75
"""A structure in a slice counts as found if its outline overlaps the true one at least so far (JOR Spine 2024, seed 004)."""


@dataclass(frozen=True)
class Item:
    """One image outlined by one method."""

    method: str
    case: str
    contrast: str


@dataclass(frozen=True)
class SliceFigures:
    """One structure in one slice of one item; only slices where truth or prediction has it.

    Attributes:
        item: whose.
        structure, side: of the outline.
        slice: number in axial order, 0 most caudal.
        dice, iou: overlap in this slice, known voxels only.
        truth_mm2, prediction_mm2: areas.
        truth_ff_pct, prediction_ff_pct: mean fat fraction inside either outline of a muscle; NaN where there is none.
        score: how sure the method is of its outline here, for the average precision; NaN if it does not say.
        truth_ff_voxels, prediction_ff_voxels: voxels inside either outline that have a fat fraction.
    """

    item: Item
    structure: str
    side: str
    slice: int
    dice: float
    iou: float
    truth_mm2: float
    prediction_mm2: float
    truth_ff_pct: float
    prediction_ff_pct: float
    score: float = math.nan
    truth_ff_voxels: int = 0
    prediction_ff_voxels: int = 0


def by_slice(
    item: Item,
    truth: Truth,
    prediction: Mapping[str, Mask],
    fractions: tuple[Fraction | None, Fraction | None],
    without: frozenset[str] = frozenset(),
    scores: Scores | None = None,
) -> list[SliceFigures]:
    """Every structure of the truth, slice by slice.

    Args:
        item: what is judged.
        truth: of its case.
        prediction: identifier to mask (k, j, i) in axial order, composites included.
        fractions: fat fraction (k, j, i) to be averaged inside the true and inside the predicted outline; None: not known.
        without: structures that the method does not claim to outline.
        scores: how sure the method is of each structure in each slice, if it says.
    """
    found: list[SliceFigures] = []
    for name, mask in truth.structures.items():
        if name in without:
            continue
        predicted = prediction.get(name, np.zeros_like(mask))
        if truth.known is not None:
            mask, predicted = mask & truth.known, predicted & truth.known
        inside = fractions if is_muscle(name) else (None, None)
        own = _of_structure(item, name, truth, (mask, predicted), inside)
        found += [replace(one, score=score_of(name, one.slice, scores or {}, prediction)) for one in own]
    return found


def is_muscle(name: str) -> bool:
    """Whether a structure, or what it is made up of, is muscle: fat is measured in muscles only.

    >>> is_muscle("ES+MF_left"), is_muscle("IVD")
    (True, False)
    """
    return name not in BY_IDENTIFIER or BY_IDENTIFIER[name].is_muscle


def _of_structure(
    item: Item,
    name: str,
    truth: Truth,
    masks: tuple[Mask, Mask],
    fractions: tuple[Fraction | None, Fraction | None],
) -> Iterator[SliceFigures]:
    _, row, column = truth.spacing_mm
    structure, side = split(name)
    for k in np.flatnonzero((masks[0] | masks[1]).any(axis=(1, 2))).tolist():
        planes = [mask[k] for mask in masks]
        true, predicted = (int(np.count_nonzero(plane)) for plane in planes)
        both = int(np.count_nonzero(planes[0] & planes[1]))
        (true_ff, true_voxels), (predicted_ff, predicted_voxels) = (
            _mean_pct(None if f is None else f[k], plane) for f, plane in zip(fractions, planes, strict=True)
        )
        area = row * column
        yield SliceFigures(
            item, structure, side, k, 2 * both / (true + predicted), both / (true + predicted - both),
            true * area, predicted * area, true_ff, predicted_ff,
            truth_ff_voxels=true_voxels, prediction_ff_voxels=predicted_voxels,
        )  # fmt: skip


def _mean_pct(fraction: Fraction | None, mask: Mask) -> tuple[float, int]:
    """Mean in per cent, and of how many voxels."""
    inside = np.zeros(0) if fraction is None else fraction[mask]
    inside = inside[np.isfinite(inside)]
    return (100.0 * float(inside.mean()) if inside.size else math.nan), inside.size
