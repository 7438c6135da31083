"""Pictures of the best, the median and the worst slice: truth and prediction on the image."""

from __future__ import annotations

import io
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.agreement.masks import Mask
from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.evaluation.by_slice import Item, SliceFigures
from ParaspinalFatLib.evaluation.truth import Truth

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Plane = npt.NDArray[np.float32]

MARGIN_MM = 20.0
"""What is shown around the structures."""

PANEL_INCHES = (3.6, 3.3)
"""Width and height of one slice in the picture."""

SMALLEST_MM2 = 100.0
"""Tips of structures below this area do not decide which slice is the worst."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """One slice that may be shown.

    Attributes:
        item: whose.
        slice: number in axial order.
        dice: mean Dice of the structures that the truth has in it.
        image: (j, i) the slice around its structures.
        truth, prediction: identifier to mask (j, i) of the same cut.
        aspect: height of a pixel over its width.
    """

    item: Item
    slice: int
    dice: float
    image: Plane
    truth: Mapping[str, Mask]
    prediction: Mapping[str, Mask]
    aspect: float


def candidates(
    item: Item, stack: np.ndarray, truth: Truth, prediction: Mapping[str, Mask], slices: Sequence[SliceFigures]
) -> list[Candidate]:
    """The best, the median and the worst slice of one item (fewer if it has fewer).

    Args:
        item: what was judged.
        stack: (k, j, i) image in axial order.
        truth: of its case.
        prediction: identifier to mask (k, j, i).
        slices: its figures by slice.
    """
    mean = _mean_dice(slices)
    ordered = sorted(mean, key=lambda k: (mean[k], k))
    chosen = dict.fromkeys([ordered[0], ordered[len(ordered) // 2], ordered[-1]]) if ordered else {}
    return [_candidate(item, stack, truth, prediction, k, mean[k]) for k in chosen]


def best_median_worst(found: Sequence[Candidate]) -> dict[str, Candidate]:
    """Of all items of one method: the best slice, the middle one of the items' median slices, and the worst."""
    if not found:
        return {}
    ordered = sorted(found, key=_rank)
    items: dict[Item, list[Candidate]] = {}
    for one in ordered:
        items.setdefault(one.item, []).append(one)
    medians = sorted((own[len(own) // 2] for own in items.values()), key=_rank)
    return {"best": ordered[-1], "median": medians[len(medians) // 2], "worst": ordered[0]}


def _rank(one: Candidate) -> tuple[float, str, str, int]:
    return one.dice, one.item.case, one.item.contrast, one.slice


def draw(chosen: Mapping[str, Candidate]) -> bytes:
    """:func:`picture_of` as PNG."""
    content = io.BytesIO()
    picture_of(chosen).savefig(content, format="png", dpi=130)
    return content.getvalue()


def picture_of(chosen: Mapping[str, Candidate]) -> Figure:
    """One panel each: truth as white dots, prediction as a line in the structure's colour; seen from the feet."""
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from matplotlib.patheffects import withStroke

    seen_on_bright = [withStroke(linewidth=2.2, foreground="black")]
    figure = Figure(figsize=(PANEL_INCHES[0] * len(chosen), PANEL_INCHES[1]), layout="constrained")
    for axes, (name, one) in zip(figure.subplots(1, len(chosen), squeeze=False)[0], chosen.items(), strict=True):
        low, high = np.percentile(one.image, (1, 99.5))
        axes.imshow(one.image, cmap="gray", vmin=low, vmax=max(high, low + 1e-6), aspect=one.aspect)
        for identifier, mask in one.truth.items():
            if identifier in BY_IDENTIFIER and mask.any():
                lines = axes.contour(mask, [0.5], colors="white", linewidths=0.9, linestyles="dotted")
                lines.set_path_effects(seen_on_bright)
        for identifier, mask in one.prediction.items():
            if identifier in BY_IDENTIFIER and mask.any():
                axes.contour(mask, [0.5], colors=[BY_IDENTIFIER[identifier].colour], linewidths=1.1)
        axes.set_title(
            f"{name}: mean Dice {one.dice:.2f}\n{one.item.case}, {one.item.contrast}, slice {one.slice}", fontsize=8
        )
        axes.axis("off")
        for place, side in ((0.02, "R"), (0.95, "L")):
            axes.text(place, 0.93, side, transform=axes.transAxes, color="white", fontsize=9, path_effects=seen_on_bright)
    truth = Line2D([], [], color="white", linestyle="dotted", path_effects=seen_on_bright, label="truth")
    prediction = Line2D([], [], color="#D55E00", label="prediction (colour of the structure)")
    figure.legend(handles=[truth, prediction], loc="outside lower center", ncols=2, fontsize=8, frameon=False)
    return figure


def _mean_dice(slices: Sequence[SliceFigures]) -> dict[int, float]:
    by_slice: dict[int, list[float]] = {}
    for one in slices:
        single = one.structure if one.side == "midline" else f"{one.structure}_{one.side}"
        if single in BY_IDENTIFIER and one.truth_mm2 >= SMALLEST_MM2:
            by_slice.setdefault(one.slice, []).append(one.dice)
    return {k: statistics.fmean(values) for k, values in by_slice.items()}


def _candidate(
    item: Item, stack: np.ndarray, truth: Truth, prediction: Mapping[str, Mask], k: int, dice: float
) -> Candidate:
    shown = np.logical_or.reduce([mask[k] for mask in (*truth.structures.values(), *prediction.values())])
    _, row, column = truth.spacing_mm
    cut = tuple(_around(np.flatnonzero(shown.any(axis=1 - axis)), mm) for axis, mm in enumerate((row, column)))
    return Candidate(
        item,
        k,
        dice,
        stack[k][cut].astype(np.float32),
        {name: mask[k][cut] for name, mask in truth.structures.items()},
        {name: mask[k][cut] for name, mask in prediction.items()},
        row / column,
    )


def _around(places: npt.NDArray[np.intp], pixel_mm: float) -> slice:
    margin = round(MARGIN_MM / pixel_mm)
    return slice(max(0, int(places[0]) - margin), int(places[-1]) + margin + 1)
