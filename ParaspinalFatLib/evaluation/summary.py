"""Summaries over cases: per method, contrast, structure, side and level, one row a measure."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TypeVar

from ParaspinalFatLib.agreement.mask_sets import summary, unit_of
from ParaspinalFatLib.evaluation.average_precision import are_scored, average_precision
from ParaspinalFatLib.evaluation.by_slice import Item
from ParaspinalFatLib.evaluation.case_figures import CaseFigures
from ParaspinalFatLib.evaluation.fat_figures import FAT_MEASURES, FatFigures

CASE_MEASURES = (
    "dice", "iou", "hd95_mm", "average_surface_distance_mm", "relative_volume_difference_pct", "csa_error_pct",
    "ff_error_points",
)  # fmt: skip
"""Measures of one case that are summarised over cases."""

DETECTION_MEASURES = ("recall_at_iou_0.75", "ap_at_iou_0.75")
"""Measures over the slices of all cases."""

COLUMNS = (
    "method", "contrast", "structure", "side", "level", "measure", "unit", "n", "mean", "sd", "median", "lower_quartile",
    "upper_quartile", "smallest", "largest", "note",
)  # fmt: skip

_STATISTICS = {
    "mean": "mean", "SD": "sd", "median": "median", "25th percentile": "lower_quartile", "75th percentile": "upper_quartile",
    "smallest": "smallest", "largest": "largest",
}  # fmt: skip

_UNITS = {"_points": "points", "_points2": "points^2"}

Figures = TypeVar("Figures", CaseFigures, FatFigures)


def outline_rows(figures: Sequence[CaseFigures], remarked: Collection[Item] = ()) -> list[dict[str, object]]:
    """The table of outlines: measures over cases, then recall and average precision over slices.

    Args:
        figures: of all items.
        remarked: items with a remark on how far they can be trusted; the notes count them.
    """
    rows: list[dict[str, object]] = []
    for key, cases in _grouped(figures, lambda one: (*_origin(one), one.structure, one.side, one.level)).items():
        place = dict(zip(COLUMNS[:5], key, strict=True))
        own = [_over_cases(measure, [float(str(one.row[measure])) for one in cases]) for measure in CASE_MEASURES]
        remark = _remark(sum(one.item in remarked for one in cases), len(cases))
        rows += [place | _with_note(row, remark) for row in [*own, *detection_rows(cases)]]
    return rows


def fat_rows(figures: Sequence[FatFigures], remarked: Collection[Item] = ()) -> list[dict[str, object]]:
    """The table of fat maps: measures over cases. Every muscle of a case counts by itself, never pooled.

    Args:
        figures: of all items.
        remarked: items with a remark on how far they can be trusted; the notes count them.
    """
    rows: list[dict[str, object]] = []
    for key, cases in _grouped(figures, lambda one: (*_origin(one), one.structure, one.side, "whole")).items():
        place = dict(zip(COLUMNS[:5], key, strict=True))
        remark = _remark(sum(one.item in remarked for one in cases), len(cases))
        own = [_over_cases(measure, [float(str(one.row[measure])) for one in cases]) for measure in FAT_MEASURES]
        rows += [place | _with_note(row, remark) for row in own]
    return rows


def detection_rows(cases: Sequence[CaseFigures]) -> list[dict[str, object]]:
    """Recall and average precision at IoU 0.75; what is to be found is the structure in one slice.

    Where outlines come without scores, the average precision is precision x recall; the note says so.
    """
    found = [one for case in cases for one in case.found]
    true, predicted, hit = (sum(getattr(one, f"slices_{name}") for one in cases) for name in ("true", "predicted", "hit"))
    recall = hit / true if true else math.nan
    note = f"{true} true and {predicted} predicted slices, {hit} with IoU of at least 0.75"
    without = "no scores: precision x recall" if found else "nothing was found"
    how = "area under the precision-recall curve" if are_scored(found) else without
    figures = ((recall, note), (average_precision(found, true), f"{note}; {how}"))
    return [
        {"measure": measure, "unit": "", "n": len(cases), "mean": value, "note": text}
        for measure, (value, text) in zip(DETECTION_MEASURES, figures, strict=True)
    ]


def _remark(doubtful: int, images: int) -> str:
    return f"{doubtful} of {images} images with a remark: see remarks.csv" if doubtful else ""


def _with_note(row: dict[str, object], note: str) -> dict[str, object]:
    return row | {"note": "; ".join(filter(None, (str(row["note"]), note)))}


def _over_cases(measure: str, values: Sequence[float]) -> dict[str, object]:
    unit = next((unit for ending, unit in _UNITS.items() if measure.endswith(ending)), unit_of(measure))
    estimates = summary(values, unit)
    figures: dict[str, object] = {_STATISTICS[one.statistic]: one.value for one in estimates}
    n = sum(math.isfinite(value) for value in values)
    return {"measure": measure, "unit": unit, "n": n, "note": estimates[0].note, **figures}


def _origin(one: CaseFigures | FatFigures) -> tuple[str, str]:
    return one.item.method, one.item.contrast


def _grouped(figures: Iterable[Figures], key: Callable[[Figures], tuple[str, ...]]) -> dict[tuple[str, ...], list[Figures]]:
    groups: dict[tuple[str, ...], list[Figures]] = {}
    for one in figures:
        groups.setdefault(key(one), []).append(one)
    return groups
