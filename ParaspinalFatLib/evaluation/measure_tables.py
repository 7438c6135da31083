"""Tables of the page: measures beside each other, a row for each place."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from ParaspinalFatLib.anatomy import STRUCTURES
from ParaspinalFatLib.report.document import Heading, TableBlock

Rows = Sequence[Mapping[str, object]]
"""Rows of the summary."""

Shown = Mapping[str, tuple[str, str, str]]
"""Measure to its heading, what stands below it, and its format."""

OUTLINE_MEASURES: Shown = {
    "dice": ("Dice", "", ".3f"), "iou": ("IoU", "", ".3f"), "hd95_mm": ("HD95", "mm", ".1f"),
    "average_surface_distance_mm": ("ASD", "mm", ".2f"), "relative_volume_difference_pct": ("RVD", "%", "+.1f"),
    "csa_error_pct": ("CSA error", "%", ".1f"), "ff_error_points": ("FF error", "points", "+.2f"),
    "recall_at_iou_0.75": ("recall", "IoU ≥ 0.75", ".2f"), "ap_at_iou_0.75": ("AP", "IoU ≥ 0.75", ".2f"),
}  # fmt: skip

FAT_MEASURES: Shown = {
    "kappa": ("kappa", "", ".2f"), "recall": ("recall", "", ".2f"), "specificity": ("specificity", "", ".2f"),
    "precision": ("precision", "", ".2f"), "f1": ("F1", "", ".2f"), "auc": ("AUC", "", ".2f"),
    "ff_error_points": ("FF error", "points", "+.1f"), "ff_mse_points2": ("MSE", "points²", ".1f"),
    "ff_mape_pct": ("MAPE", "%", ".1f"),
}  # fmt: skip

ORDER = ("ES+MF", "ES", "MF", "IL", "LO", "PM", "QL", "IC")
"""Muscles as the page lists them; what is not here comes behind, as ``anatomy`` lists it."""

_PLACES = [*ORDER, *(one.abbreviation for one in STRUCTURES if one.abbreviation not in ORDER)]


def in_order(rows: Rows) -> list[Mapping[str, object]]:
    """Rows by structure, those of one structure as they came."""
    return sorted(rows, key=lambda row: _PLACES.index(str(row["structure"])))


def measure_table(title: str, rows: Rows, shown: Shown, keys: Sequence[str]) -> TableBlock:
    """A table with a line for each combination of ``keys`` and a column for each measure.

    Args:
        title: above it.
        rows: of the summary, in the order of the lines.
        shown: the measures.
        keys: columns of the summary that say what a line is about.
    """
    places: dict[tuple[str, ...], dict[str, Mapping[str, object]]] = {}
    for row in rows:
        places.setdefault(tuple(str(row[key]) for key in keys), {})[str(row["measure"])] = row
    headings = [Heading(key) for key in keys] + [Heading("n", "cases", is_number=True)]
    headings += [Heading(name, below, is_number=True) for name, below, _ in shown.values()]
    cells = [
        (
            *place,
            str(next(iter(found.values()))["n"]),
            *(figure(found.get(measure), how) for measure, (_, _, how) in shown.items()),
        )
        for place, found in places.items()
    ]
    return TableBlock(title, tuple(headings), tuple(cells))


def figure(row: Mapping[str, object] | None, how: str) -> str:
    """The mean in a row of the summary, a dash if there is none."""
    value = float(str(row["mean"])) if row else math.nan
    return format(value, how) if math.isfinite(value) else "–"
