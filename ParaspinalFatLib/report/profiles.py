"""Profiles for a report: area and fat fraction of each muscle along the spine, left against right, from its table."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ParaspinalFatLib.measurement.level_table import muscles_in
from ParaspinalFatLib.measurement.table import Table
from ParaspinalFatLib.report.document import PAGE_WIDTH_MM, Picture
from ParaspinalFatLib.report.overlay import figure_class

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHOWN = {"csa_mm2": "area (mm²)", "ff_mean_pct": "fat fraction (%)"}
"""Column to the label of its axis."""

LINES = {"right": ("#0072B2", "-"), "left": ("#D55E00", "--")}
"""Side to colour (Okabe and Ito's) and stroke, which tells the sides apart without colours too."""

MOST_MUSCLES = 6
INCH_MM = 25.4
DOTS_PER_INCH = 200
FEWEST_SLICES = 2


def profile_picture(table: Table) -> Picture | None:
    """Small plots, a column a muscle, area above and fat fraction below, cranial at the top; None without such rows.

    The axis along the spine is the superior coordinate of the slices; levels are drawn where they lie.
    """
    muscles = [name for name in muscles_in(table) if _has_profile(table, name)][:MOST_MUSCLES]
    columns = [name for name in SHOWN if any(_points(table, muscle, side, name) for muscle in muscles for side in LINES)]
    if not columns:
        return None
    width, height = PAGE_WIDTH_MM / INCH_MM, 0.5 + 2.45 * len(columns)
    figure = figure_class()(figsize=(width, height), layout="constrained")
    grid = figure.subplots(len(columns), len(muscles), squeeze=False, sharey=True)
    levels = level_positions(table)
    for row, column in zip(grid, columns, strict=True):
        for axes, muscle in zip(row, muscles, strict=True):
            _draw(axes, table, muscle, column)
            _mark_levels(axes, levels, named=axes is row[-1])
            axes.set_title(muscle, fontsize=8, fontweight="bold")
        row[0].set_ylabel("position along the spine (mm)", fontsize=7)
    handles, names = grid[0, 0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper right", ncols=2, fontsize=7.5, frameon=False)
    written = io.BytesIO()
    figure.savefig(written, format="png", dpi=DOTS_PER_INCH)
    says = f"area and fat fraction along the spine, left against right, of {', '.join(muscles)}"
    return Picture(written.getvalue(), (width * INCH_MM, height * INCH_MM), says)


def level_positions(table: Table) -> dict[str, float]:
    """Name of each level to its superior coordinate in mm, from caudal to cranial."""
    found = {}
    for row in table.select(region="level"):
        place, beyond = row["slice_position_mm"], row["level_distance_mm"]
        if isinstance(place, float):
            found[str(row["level"])] = place + (beyond if isinstance(beyond, float) else 0.0)
    return dict(sorted(found.items(), key=lambda item: item[1]))


def _has_profile(table: Table, muscle: str) -> bool:
    return any(len(_points(table, muscle, side, column)) >= FEWEST_SLICES for side in LINES for column in SHOWN)


def _points(table: Table, muscle: str, side: str, column: str) -> Sequence[tuple[float, float]]:
    """(position, value) of every slice in which it was measured, from caudal to cranial."""
    rows = table.select(structure=muscle, side=side, region="slice")
    pairs = [(row["slice_position_mm"], row[column]) for row in rows]
    return sorted((place, value) for place, value in pairs if isinstance(place, float) and isinstance(value, float))


def _draw(axes: Axes, table: Table, muscle: str, column: str) -> None:
    for side, (colour, stroke) in LINES.items():
        points = _points(table, muscle, side, column)
        axes.plot(
            [value for _, value in points], [place for place, _ in points], stroke, color=colour, linewidth=1.3, label=side
        )
    axes.set_xlim(left=0)
    axes.set_xlabel(SHOWN[column], fontsize=7)
    axes.tick_params(labelsize=6.5, length=2)
    axes.locator_params(axis="x", nbins=4)
    axes.spines[["top", "right"]].set_visible(False)


def _mark_levels(axes: Axes, levels: dict[str, float], *, named: bool) -> None:
    for name, place in levels.items():
        axes.axhline(place, color="0.8", linewidth=0.7, zorder=0)
        if named:
            axes.annotate(
                name, (1.0, place), xycoords=("axes fraction", "data"), xytext=(2, 0), textcoords="offset points",
                fontsize=6.5, va="center", color="0.35",
            )  # fmt: skip
