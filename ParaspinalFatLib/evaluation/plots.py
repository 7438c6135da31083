"""Plots of an evaluation: Dice of each structure, and Bland-Altman plots of areas and fat fractions."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ParaspinalFatLib.agreement.pairs import FEWEST, Pairs
from ParaspinalFatLib.agreement.plots import DOTS_PER_INCH, Panel, agreement_figure
from ParaspinalFatLib.evaluation.by_slice import SliceFigures
from ParaspinalFatLib.evaluation.measure_tables import ORDER

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STRUCTURES = (*ORDER, "IVD")
"""Structures whose areas are plotted, in this order."""

BESIDE = 3
"""Groups in one picture: with more, their words cannot be read on an A4 page."""


def area_panels(slices: Sequence[SliceFigures]) -> list[Panel]:
    """Area of every slice, true and predicted, of each structure, both sides: slices of one method and contrast."""
    return _panels(slices, "mm2", "csa_mm2", "CSA")


def fat_panels(slices: Sequence[SliceFigures]) -> list[Panel]:
    """Mean fat fraction of every slice inside the true and inside the predicted outline, of muscles."""
    muscles = [one for one in slices if one.structure != "IVD"]
    return _panels(muscles, "ff_pct", "ff_mean_pct", "FF")


def pictures_of(panels: Sequence[Panel]) -> list[tuple[bytes, tuple[float, float]]]:
    """PNG files of up to three panels each, with width and height in inches."""
    pages = [panels[start : start + BESIDE] for start in range(0, len(panels), BESIDE)]
    return [_png(agreement_figure(page)) for page in pages]


def _panels(slices: Sequence[SliceFigures], quantity: str, measure: str, title: str) -> list[Panel]:
    groups: dict[str, list[SliceFigures]] = {}
    for one in slices:
        pair = (getattr(one, f"truth_{quantity}"), getattr(one, f"prediction_{quantity}"))
        if one.structure in STRUCTURES and all(math.isfinite(value) for value in pair):
            groups.setdefault(one.structure, []).append(one)
    unit = {"mm2": "mm2", "ff_pct": "%"}[quantity]
    found = []
    for structure, own in sorted(groups.items(), key=lambda group: STRUCTURES.index(group[0])):
        if len(own) < FEWEST:
            continue
        true, predicted = (
            np.array([getattr(one, f"{whose}_{quantity}") for one in own]) for whose in ("truth", "prediction")
        )
        cases = [f"{one.item.case} {one.side} {one.slice}" for one in own]
        persons = [one.item.case for one in own]
        pairs = Pairs(true, predicted, cases, persons, unit, ("truth", "prediction"), measure)
        found.append(Panel(f"{structure}, {title} by slice", pairs))
    return found


def _png(figure: Figure) -> tuple[bytes, tuple[float, float]]:
    content = io.BytesIO()
    figure.savefig(content, format="png", dpi=DOTS_PER_INCH * 2 // 3)
    width, height = figure.get_size_inches()
    return content.getvalue(), (float(width), float(height))
