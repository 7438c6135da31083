"""Pictures of agreement: scatter with identity and regression above, Bland-Altman below, a column a group; Dice in rows.

Colours are Okabe and Ito's, which stay distinguishable with the common colour-vision deficiencies.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ParaspinalFatLib.agreement.bland_altman import BlandAltman, bland_altman
from ParaspinalFatLib.agreement.concordance import concordance_coefficient
from ParaspinalFatLib.agreement.icc import absolute_agreement
from ParaspinalFatLib.agreement.pairs import FEWEST, Pairs
from ParaspinalFatLib.errors import MissingPackageError
from ParaspinalFatLib.files import written_whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#666666"
BESIDE = 4
"""Groups in one picture."""

DOTS_PER_INCH = 150
MOST_OPAQUE, LEAST_OPAQUE = 0.8, 0.25


@dataclass(frozen=True)
class Panel:
    """One group to be drawn: its heading and its pairs."""

    title: str
    pairs: Pairs


def write_agreement_plots(folder: Path, stem: str, panels: Sequence[Panel]) -> list[Path]:
    """Write PNG files of up to four groups each; returns their paths. Groups of fewer than three pairs are not drawn.

    Raises:
        OutputError: the folder cannot be written.
        MissingPackageError: matplotlib is not installed.
    """
    drawable = [panel for panel in panels if panel.pairs.n >= FEWEST]
    pages = [drawable[start : start + BESIDE] for start in range(0, len(drawable), BESIDE)]
    paths = []
    for number, page in enumerate(pages, start=1):
        path = folder / (f"{stem}.png" if len(pages) == 1 else f"{stem}_{number}.png")
        write_figure(agreement_figure(page), path)
        paths.append(path)
    return paths


def agreement_figure(panels: Sequence[Panel]) -> Figure:
    """Scatter and Bland-Altman plot of each group."""
    figure = empty_figure(3.5 * len(panels) + 0.2, 6.9)
    axes = figure.subplots(2, len(panels), squeeze=False)
    for column, panel in enumerate(panels):
        _scatter(axes[0, column], panel)
        _bland_altman(axes[1, column], panel.pairs)
    return figure


def _scatter(axes: Axes, panel: Panel) -> None:
    pairs = panel.pairs
    both = np.concatenate([pairs.reference, pairs.other])
    margin = 0.05 * float(np.ptp(both)) or 1.0
    ends = np.array([both.min() - margin, both.max() + margin])
    axes.plot(ends, ends, color=GREY, linestyle="--", linewidth=1, label="identity")
    axes.scatter(pairs.reference, pairs.other, **_dots(pairs.n))
    if np.ptp(pairs.reference):
        slope, intercept = np.polyfit(pairs.reference, pairs.other, 1)
        axes.plot(ends, slope * ends + intercept, color=ORANGE, linewidth=1.4, label="regression")
    axes.set(xlim=ends, ylim=ends, aspect="equal", title=panel.title)
    axes.set_xlabel(_label(pairs.names[0], pairs.unit))
    axes.set_ylabel(_label(pairs.names[1], pairs.unit))
    axes.locator_params(nbins=5)
    axes.legend(loc="lower right", fontsize=7.5, frameon=False)
    agreement = f"ICC(2,1) {absolute_agreement(pairs.reference, pairs.other):.4f}"
    figures = f"{agreement}\nCCC {concordance_coefficient(pairs.reference, pairs.other):.4f}\nn = {pairs.n}"
    persons = f", {pairs.person_count} persons" if pairs.repeated else ""
    axes.text(0.04, 0.96, figures + persons, transform=axes.transAxes, va="top", fontsize=8)


def _bland_altman(axes: Axes, pairs: Pairs) -> None:
    found = bland_altman(pairs)
    axes.axhline(0, color=GREY, linestyle="--", linewidth=1)
    axes.scatter(pairs.mean, pairs.difference, **_dots(pairs.n))
    for estimate, colour, style in ((found.lower, GREEN, "-."), (found.bias, ORANGE, "-"), (found.upper, GREEN, "-.")):
        axes.axhspan(estimate.low, estimate.high, color=colour, alpha=0.15, linewidth=0)
        axes.axhline(estimate.value, color=colour, linestyle=style, linewidth=1.3)
    largest = max(float(np.abs(pairs.difference).max()), abs(found.lower.low), abs(found.upper.high)) or 1.0
    axes.set_ylim(-1.25 * largest, 1.25 * largest)
    axes.set_xlabel(_label("mean of both", pairs.unit))
    axes.set_ylabel(_label(f"{pairs.names[1]} - {pairs.names[0]}", pairs.unit))
    axes.locator_params(axis="x", nbins=5)
    axes.set_title(_caption(found, pairs.unit), fontsize=8)


def _caption(found: BlandAltman, unit: str) -> str:
    size = found.deviation.value
    digits = max(0, 2 - math.floor(math.log10(size))) if size else 1
    bias, low, high, lower, upper = (
        f"{value:+.{digits}f}"
        for value in (found.bias.value, found.bias.low, found.bias.high, found.lower.value, found.upper.value)
    )
    return f"bias {bias} (95 % CI {low} to {high})\nlimits {lower} to {upper} {unit}".rstrip()


def write_overlap_plot(path: Path, values: Mapping[str, Sequence[float]], label: str = "Dice") -> None:
    """Write a PNG with one row a structure: every case as a dot, median and quartiles as a box.

    Args:
        path: of the picture.
        values: structure to the values of its cases; those that are not finite are not drawn.
        label: of the axis.

    Raises:
        OutputError: the folder cannot be written.
        MissingPackageError: matplotlib is not installed.
    """
    names = list(values)
    finite = [np.array([one for one in values[name] if np.isfinite(one)]) for name in names]
    figure = empty_figure(6.5, 1.1 + 0.36 * len(names))
    axes = figure.subplots()
    rows = np.arange(len(names))[::-1]
    axes.boxplot(
        finite, positions=rows, orientation="horizontal", showfliers=False, widths=0.55,
        medianprops={"color": ORANGE, "linewidth": 1.6}, boxprops={"color": GREY}, whiskerprops={"color": GREY},
        capprops={"color": GREY},
    )  # fmt: skip
    for row, one in zip(rows, finite, strict=True):
        spread = np.linspace(-0.18, 0.18, len(one)) if len(one) > 1 else np.zeros(len(one))
        axes.scatter(one, row + spread, **_dots(len(one)))
    axes.set_yticks(rows, [f"{name}  (n = {len(one)})" for name, one in zip(names, finite, strict=True)])
    axes.set_xlabel(label)
    axes.grid(axis="x", color="0.9")
    axes.set_axisbelow(True)
    write_figure(figure, path)


def _dots(n: int) -> dict[str, Any]:
    """How points are drawn: the more, the fainter."""
    opacity = min(MOST_OPAQUE, max(LEAST_OPAQUE, 6 / np.sqrt(n + 1) / 1.2))
    return {"s": 12, "color": BLUE, "alpha": float(opacity), "linewidths": 0, "zorder": 3}


def _label(text: str, unit: str) -> str:
    return f"{text} [{unit}]" if unit else text


def empty_figure(width: float, height: float) -> Figure:
    """A figure of a size in inches, drawn without a window and without matplotlib's global state.

    Raises:
        MissingPackageError: matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingPackageError(
            "The pictures need matplotlib, which is not installed. Run: python -m pip install matplotlib"
        ) from error
    return Figure(figsize=(width, height), layout="constrained")


def write_figure(figure: Figure, path: Path) -> None:
    """Write a figure as PNG, whole or not at all."""
    with written_whole(path) as beside:
        figure.savefig(beside, format="png", dpi=DOTS_PER_INCH)
