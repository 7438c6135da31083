"""Pictures of a cohort: distributions by structure, level and side with the outliers, and the way from all cases to those
measured."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ParaspinalFatLib.anatomy import STRUCTURES
from ParaspinalFatLib.cohort.outliers import WHOLE, Group, Values, robust_z
from ParaspinalFatLib.report.document import PAGE_WIDTH_MM, Picture
from ParaspinalFatLib.report.overlay import figure_class

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = {"csa_mm2": "area (mm²)", "ff_mean_pct": "fat fraction (%)"}
COLOURS = {"right": "#0072B2", "left": "#D55E00", "midline": "#666666"}
BESIDE = 3
PANEL_INCHES = 2.1
MOST_DOTS = 300
"""Of larger groups only the outliers are drawn as dots beside the box."""

INCH_MM = 25.4
DOTS_PER_INCH = 160
OFFSET, BOX_WIDTH = {"right": -0.2, "left": 0.2, "midline": 0.0}, 0.32


def distribution_pictures(values: Mapping[Group, Values], cut: float) -> list[Picture]:
    """One picture for each quantity and fat method: a panel a structure, levels beside one another, sides in colours.

    Boxes are median and quartiles, whiskers reach to the farthest value within 1.5 quartile distances; crosses are outliers.

    Raises:
        MissingPackageError: matplotlib is not installed.
    """
    kinds = sorted({(group.column, group.fat_method) for group in values})
    return [_distributions(values, column, method, cut) for column, method in kinds]


def _distributions(values: Mapping[Group, Values], column: str, method: str, cut: float) -> Picture:
    chosen = {group: one for group, one in values.items() if (group.column, group.fat_method) == (column, method)}
    order = list(dict.fromkeys(structure.abbreviation for structure in STRUCTURES))
    structures = sorted({group.structure for group in chosen}, key=order.index)
    deep = -(-len(structures) // BESIDE)
    width, height = PAGE_WIDTH_MM / INCH_MM, PANEL_INCHES * deep + 0.3
    figure = figure_class()(figsize=(width, height), layout="constrained")
    panels = figure.subplots(deep, min(BESIDE, len(structures)), squeeze=False).ravel()
    for axes, structure in zip(panels, structures, strict=False):
        _panel(axes, structure, {group: one for group, one in chosen.items() if group.structure == structure}, cut)
    for axes in panels[len(structures) :]:
        axes.set_axis_off()
    label = COLUMNS[column] + (f", method {method}" if method else "")
    figure.supylabel(label, fontsize=8)
    return _picture(figure, (width, height), f"distribution of the {label} of {', '.join(structures)} by level and side")


def _panel(axes: Axes, structure: str, values: Mapping[Group, Values], cut: float) -> None:
    levels = sorted({group.level for group in values}, key=lambda level: (level == WHOLE, level))
    for group, one in values.items():
        place = levels.index(group.level) + OFFSET[group.side]
        _box(axes, place, np.asarray(one.numbers), COLOURS[group.side], cut)
    axes.set_title(structure, fontsize=8, fontweight="bold")
    axes.set_xticks(range(len(levels)), levels, fontsize=6.5)
    axes.tick_params(labelsize=6.5, length=2)
    axes.set_xlim(-0.6, len(levels) - 0.4)
    axes.set_ylim(bottom=0)
    axes.spines[["top", "right"]].set_visible(False)


def _box(axes: Axes, place: float, numbers: np.ndarray, colour: str, cut: float) -> None:
    axes.boxplot(
        [numbers], positions=[place], widths=BOX_WIDTH, showfliers=False, manage_ticks=False,
        medianprops={"color": colour, "linewidth": 1.6}, boxprops={"color": colour}, whiskerprops={"color": colour},
        capprops={"color": colour},
    )  # fmt: skip
    outside = np.abs(robust_z(numbers)) > cut
    if len(numbers) <= MOST_DOTS:
        spread = np.linspace(-0.09, 0.09, len(numbers)) if len(numbers) > 1 else np.zeros(1)
        axes.scatter((place + spread)[~outside], numbers[~outside], s=4, color=colour, alpha=0.4, linewidths=0)
    axes.scatter(np.full(outside.sum(), place), numbers[outside], s=16, color=colour, marker="x", linewidths=1, zorder=4)


def flow_picture(lines: Sequence[tuple[str, str]]) -> Picture:
    """The flow of exclusions: boxes from top to bottom, and beside each arrow what leaves there.

    Args:
        lines: for each box its text, and what leaves below it (empty for nothing).

    Raises:
        MissingPackageError: matplotlib is not installed.
    """
    width, height = PAGE_WIDTH_MM / INCH_MM, 0.75 * len(lines)
    figure = figure_class()(figsize=(width, height))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(-height, 0))
    axes.set_axis_off()
    box = {"boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": "#1f4e6b"}
    for number, (text, leaves) in enumerate(lines):
        y = -0.75 * number - 0.35
        if number + 1 < len(lines):
            arrow = {"arrowstyle": "->", "color": "#1f4e6b", "linewidth": 1}
            axes.annotate("", (1.5, y - 0.58), (1.5, y), arrowprops=arrow, zorder=0)
            if leaves:
                axes.annotate("", (3.0, y - 0.375), (1.5, y - 0.375), arrowprops=arrow, zorder=0)
                axes.text(3.05, y - 0.375, leaves, fontsize=7.5, va="center", ha="left", wrap=False)
        axes.text(1.5, y, text, fontsize=8.5, ha="center", va="center", bbox=box)
    return _picture(figure, (width, height), "; ".join(f"{text}, {leaves}" if leaves else text for text, leaves in lines))


def _picture(figure: Figure, inches: tuple[float, float], says: str) -> Picture:
    written = io.BytesIO()
    figure.savefig(written, format="png", dpi=DOTS_PER_INCH)
    return Picture(written.getvalue(), (inches[0] * INCH_MM, inches[1] * INCH_MM), says)
