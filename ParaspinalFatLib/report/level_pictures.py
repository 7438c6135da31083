"""Pictures for a report: each level with outlines and with fat colours, and one legend for all of them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ParaspinalFatLib.anatomy import BY_VALUE, STRUCTURES
from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.measurement.grid import AxialGrid
from ParaspinalFatLib.measurement.levels import Level, nearest_slices
from ParaspinalFatLib.report.document import PAGE_WIDTH_MM, Picture
from ParaspinalFatLib.report.overlay import figure_class, slice_views
from ParaspinalFatLib.report.shown_slices import choose_slices, slices_worth_showing
from ParaspinalFatLib.report.slice_view import FAT_COLOURS, FAT_FRACTION_SHOWN, SliceView

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DOTS_PER_INCH = 220
INCH_MM = 25.4
MOST_LEVELS = 8
"""Levels shown; a lumbar spine has five or six."""

WITHOUT_LEVELS = 4
"""Slices shown, evenly spread, where no level is known."""

TALLEST_MM = 52.0
"""Of one level: four of them fill a page."""

_CAPTION_INCHES, _GAP = 0.22, 0.02


def level_pictures(image: Image, labels: Image, fat_map: FatMap | None, levels: Sequence[Level]) -> tuple[Picture, ...]:
    """Each level's slice with outlines and, beside it, with fat colours; from cranial to caudal, the legend first.

    Args:
        image: the image to draw on.
        labels: uint8, values of :mod:`anatomy`, on the grid of ``image``.
        fat_map: fat fraction on the same grid, or None.
        levels: named positions; without any, slices evenly spread over the muscles are shown.

    Raises:
        GeometryError: the grids are not near axial.
        MissingPackageError: matplotlib is not installed.
    """
    slices = shown_slices(labels, levels)
    views = slice_views(image, labels, fat_map, levels, slices)
    pictures = [_legend(labels, with_fat=fat_map is not None)]
    return (*pictures, *(_pair(view) for view in reversed(views)))


def shown_slices(labels: Image, levels: Sequence[Level]) -> list[int]:
    """Slice numbers in axial order, from caudal to cranial."""
    view = axial_view(labels, "The segmentation").image
    named = [place.slice for place in nearest_slices(levels, AxialGrid.of(view)) if place.slice is not None]
    if named:
        return sorted(set(named))[-MOST_LEVELS:]
    return choose_slices(slices_worth_showing(view.array), (), WITHOUT_LEVELS)


def _pair(view: SliceView) -> Picture:
    rows, columns = view.grey.shape
    beside = 1 if view.fat_fraction is None else 2
    proportion = rows * view.pixel_mm[1] / (columns * view.pixel_mm[0])
    each = min((PAGE_WIDTH_MM / INCH_MM - _GAP) / 2, (TALLEST_MM / INCH_MM - _CAPTION_INCHES) / proportion)
    height = each * proportion + _CAPTION_INCHES
    width = each * beside + _GAP * (beside - 1)
    figure = figure_class()(figsize=(width, height), facecolor="black")
    grid = figure.add_gridspec(
        1, beside, left=0, right=1, bottom=0, top=1 - _CAPTION_INCHES / height, wspace=2 * _GAP / width
    )
    view.draw_outlines(figure.add_subplot(grid[0, 0]))
    shows = "outlines"
    if beside == 2:
        axes = figure.add_subplot(grid[0, 1])
        view.draw_fat(axes)
        axes.set_title("fat fraction", fontsize=8, color="white", pad=3)
        shows = "outlines on the left, fat fraction in colours on the right"
    return Picture(_png(figure), (width * INCH_MM, height * INCH_MM), f"{view.caption}: {shows}")


def _legend(labels: Image, *, with_fat: bool) -> Picture:
    """Names of the outlined structures in their colours, and the colour scale of the fat fraction."""
    from matplotlib.lines import Line2D

    present = set(np.unique(labels.array).tolist()) & set(BY_VALUE)
    lines = [
        Line2D([], [], color=structure.colour, linewidth=3, label=structure.name)
        for structure in STRUCTURES
        if structure.value in present
    ]
    width, height = PAGE_WIDTH_MM / INCH_MM, 0.16 * -(-len(lines) // 4) + (0.42 if with_fat else 0.08)
    figure = figure_class()(figsize=(width, height))
    figure.legend(handles=lines, loc="upper left", ncols=4, fontsize=7, frameon=False, borderaxespad=0, labelspacing=0.35)
    if with_fat:
        _colour_bar(figure, height)
    return Picture(_png(figure), (width * INCH_MM, height * INCH_MM), "colours of the outlines and of the fat fraction")


def _colour_bar(figure: Figure, height: float) -> None:
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    colours = ScalarMappable(Normalize(0, 100 * FAT_FRACTION_SHOWN), FAT_COLOURS)
    axes = figure.add_axes((0.17, 0.2 / height, 0.4, 0.1 / height))
    bar = figure.colorbar(colours, cax=axes, orientation="horizontal", extend="max")
    bar.ax.tick_params(labelsize=7, length=2, pad=1)
    figure.text(0.005, 0.2 / height, "fat fraction in %", fontsize=7)


def _png(figure: Figure) -> bytes:
    written = io.BytesIO()
    figure.savefig(written, format="png", dpi=DOTS_PER_INCH, facecolor=figure.get_facecolor())
    return written.getvalue()
