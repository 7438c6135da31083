"""The overlay: one picture of a case on which a radiologist can judge outlines and fat at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ParaspinalFatLib.anatomy import BY_VALUE, STRUCTURES
from ParaspinalFatLib.errors import MissingPackageError
from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.files import written_whole
from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.imaging.grids import require_same_grid
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.measurement.grid import AxialGrid
from ParaspinalFatLib.measurement.levels import Level, nearest_slices
from ParaspinalFatLib.report.shown_slices import MOST_SHOWN, choose_slices, slices_worth_showing
from ParaspinalFatLib.report.slice_view import Crop, SliceView

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.image import AxesImage

DOTS_PER_INCH = (150, 120, 96)
"""Sharpness of the picture; the next one is taken only if a large noisy scan makes the file too large."""

LARGEST_BYTES = 3_000_000
"""Size to keep below (only pure noise exceeds it), so that hundreds of cases can be looked through or sent by mail."""

MARGIN_MM = 20.0
"""Kept around the outlined structures, so that a border drawn too small is seen."""

GREY_PERCENTILES = (1.0, 99.5)
"""Values shown as black and white: the brightest half percent (fat beside the coil) would darken everything else."""

MUSCLE_GREY = 0.3
"""Muscle is shown at least this bright (black 0, white 1): on fat-bright images it would be black on black otherwise."""

STRONGEST_LIFT = 0.45
"""Smallest exponent of the lift: below it noise becomes more visible than muscle."""

MOST_BESIDE = 4
"""Slices beside one another."""

NOTICE = "Research use only. Not for diagnosis. Radiological display: the patient's right is on the left of each picture."


def write_overlay(
    path: Path | str,
    image: Image,
    labels: Image,
    fat_map: FatMap | None = None,
    *,
    levels: Sequence[Level] = (),
    slices: Sequence[int] | None = None,
    title: str = "",
) -> None:
    """Write the overlay of a case as PNG; see :func:`overlay_figure` for the arguments.

    Raises:
        OutputError: the folder cannot be written.
        GeometryError: image, labels and fat map do not lie on one grid, or are not near axial.
        MissingPackageError: matplotlib is not installed.
    """
    figure = overlay_figure(image, labels, fat_map, levels=levels, slices=slices, title=title)
    with written_whole(path) as beside:
        for dots in DOTS_PER_INCH:
            figure.savefig(beside, format="png", dpi=dots, facecolor=figure.get_facecolor())
            if beside.stat().st_size < LARGEST_BYTES:
                break


def overlay_figure(
    image: Image,
    labels: Image,
    fat_map: FatMap | None = None,
    *,
    levels: Sequence[Level] = (),
    slices: Sequence[int] | None = None,
    title: str = "",
) -> Figure:
    """Draw a montage: outlines on greyscale slices and, where there is a fat map, fat-fraction colours inside the muscles.

    Args:
        image: the image to draw on, voxels in any order.
        labels: uint8, values of :mod:`anatomy`, on the grid of ``image``.
        fat_map: fat fraction on the same grid.
        levels: named positions; the slice nearest to each is shown and named.
        slices: slice numbers in axial order (0 = most caudal) to show instead of an automatic choice of at most twelve.
        title: name of the case.
    """
    require_same_grid(image, labels, "The image", "the label image")
    if fat_map is not None:
        require_same_grid(image, fat_map.fraction, "The image", "the fat map")
    views = slice_views(image, labels, fat_map, levels, slices)
    figure, pairs = _empty_montage(views, fat_map is not None)
    shown: AxesImage | None = None
    for view, (outline_axes, fat_axes) in zip(views, pairs, strict=True):
        view.draw_outlines(outline_axes)
        if fat_axes is not None:
            shown = view.draw_fat(fat_axes)
    _write_around(figure, title, labels)
    if shown is not None and fat_map is not None:
        _add_colour_bar(figure, shown, fat_map)
    return figure


def slice_views(
    image: Image, labels: Image, fat_map: FatMap | None, levels: Sequence[Level], slices: Sequence[int] | None
) -> list[SliceView]:
    """The slices to draw, cut to one rectangle and scaled to one range of grey; arguments as in :func:`overlay_figure`."""
    axial = axial_view(image)
    grid = AxialGrid.of(axial.image)
    axial_labels = axial.reorder(labels.array)
    names = {place.slice: place.level.name for place in nearest_slices(levels, grid) if place.slice is not None}
    chosen = list(slices) if slices is not None else choose_slices(slices_worth_showing(axial_labels), names, MOST_SHOWN)
    crop = _crop(axial_labels[chosen], grid.spacing)
    grey = _grey(*(np.stack([crop.of(stack[k]) for k in chosen]) for stack in (axial.image.array, axial_labels)))
    fraction = None if fat_map is None else axial.reorder(fat_map.fraction.array)
    return [
        SliceView(
            grey=grey[number],
            labels=crop.of(axial_labels[k]),
            fat_fraction=None if fraction is None else crop.of(fraction[k]),
            pixel_mm=grid.spacing[:2],
            caption="   ".join(filter(None, (names.get(k), f"slice {k}", f"S {grid.slice_position_mm(k):+.1f} mm"))),
        )
        for number, k in enumerate(chosen)
    ]


def _crop(labels: np.ndarray, spacing: tuple[float, float, float]) -> Crop:
    """The rectangle around everything outlined in these slices, with a margin; the whole plane if nothing is."""
    _, rows, columns = labels.shape
    filled = labels.max(axis=0) > 0
    if not filled.any():
        return Crop(0, rows, 0, columns)
    beside, above = (int(np.ceil(MARGIN_MM / step)) for step in spacing[:2])
    inside_rows, inside_columns = np.flatnonzero(filled.any(axis=1)), np.flatnonzero(filled.any(axis=0))
    return Crop(
        max(0, int(inside_rows[0]) - above),
        min(rows, int(inside_rows[-1]) + above + 1),
        max(0, int(inside_columns[0]) - beside),
        min(columns, int(inside_columns[-1]) + beside + 1),
    )


def _grey(stack: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Values from 0 to 1 between two percentiles, the same for all slices; lifted if muscle would be too dark to judge."""
    low, high = np.percentile(stack, GREY_PERCENTILES)
    grey = np.clip((stack.astype(np.float32) - low) / max(float(high - low), 1e-6), 0, 1)
    muscle = np.isin(labels, [structure.value for structure in STRUCTURES if structure.is_muscle])
    middle = float(np.median(grey[muscle])) if muscle.any() else MUSCLE_GREY
    if not 0 < middle < MUSCLE_GREY:
        return grey
    return grey ** max(np.log(MUSCLE_GREY) / np.log(middle), STRONGEST_LIFT)


def _empty_montage(views: Sequence[SliceView], with_fat: bool) -> tuple[Figure, list[tuple[Axes, Axes | None]]]:
    """A figure of the right size, and for each slice its axes for outlines and for fat (below, or beside if alone)."""
    rows, columns = views[0].grey.shape
    proportion = rows * views[0].pixel_mm[1] / (columns * views[0].pixel_mm[0])
    alone = len(views) == 1
    beside = 1 + with_fat if alone else min(MOST_BESIDE, len(views))
    width = min(_WIDTH / beside, _LARGEST)
    layers = 1 + (with_fat and not alone)
    cell = layers * width * proportion
    deep = -(-len(views) // beside)
    figure = figure_class()(figsize=(width * beside, deep * (cell + _CAPTION) + _HEAD + _FOOT))
    figure.set_facecolor("black")
    height = figure.get_figheight()
    grid = figure.add_gridspec(
        deep, beside, left=0.004, right=0.996, top=1 - (_HEAD + _CAPTION) / height, bottom=_FOOT / height, wspace=0.015,
        hspace=_CAPTION / cell,
    )  # fmt: skip
    if alone:
        return figure, [(figure.add_subplot(grid[0, 0]), figure.add_subplot(grid[0, 1]) if with_fat else None)]
    pairs: list[tuple[Axes, Axes | None]] = []
    for number in range(len(views)):
        stack = grid[divmod(number, beside)].subgridspec(layers, 1, hspace=0.015)
        pairs.append((figure.add_subplot(stack[0]), figure.add_subplot(stack[1]) if with_fat else None))
    return figure, pairs


_WIDTH, _LARGEST, _HEAD, _FOOT, _CAPTION = 13.0, 9.0, 0.4, 1.15, 0.24
"""Inches: the whole width, the widest single picture, the title, legend and notice, and the caption above each slice."""

_LEGEND_ROWS = 4
"""An even number keeps right and left of one muscle together."""


def _write_around(figure: Figure, title: str, labels: Image) -> None:
    from matplotlib.lines import Line2D

    height = figure.get_figheight()
    figure.text(0.5, 1 - 0.12 / height, title or "Paraspinal muscles", color="white", fontsize=12, ha="center", va="top")
    present = set(np.unique(labels.array).tolist()) & set(BY_VALUE)
    lines = [
        Line2D([], [], color=structure.colour, linewidth=2.5, label=structure.name)
        for structure in STRUCTURES
        if structure.value in present
    ]
    if lines:
        figure.legend(
            handles=lines, loc="lower left", bbox_to_anchor=(0.005, 0.28 / height), ncols=-(-len(lines) // _LEGEND_ROWS),
            fontsize=7.5, labelcolor="white", frameon=False, borderaxespad=0.0, columnspacing=1.4, handlelength=1.4,
        )  # fmt: skip
    figure.text(0.005, 0.08 / height, NOTICE, color="0.75", fontsize=7.5, ha="left", va="bottom")


def _add_colour_bar(figure: Figure, shown: AxesImage, fat_map: FatMap) -> None:
    height = figure.get_figheight()
    axes = figure.add_axes((0.72, 0.68 / height, 0.25, 0.12 / height))
    bar = figure.colorbar(shown, cax=axes, orientation="horizontal", extend="max")
    bar.set_label(f"fat fraction in % ({fat_map.method})", color="white", fontsize=7.5, labelpad=1)
    bar.ax.tick_params(colors="white", labelsize=7.5, length=2)
    reasons = ", ".join(sorted(fat_map.not_validated))
    if reasons:
        figure.text(0.97, 0.1 / height, f"not validated by this method: {reasons}", color="0.75", fontsize=7.5, ha="right")


def figure_class() -> type[Figure]:
    """matplotlib's figure, drawn without a window and without its global state."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingPackageError(
            "The picture needs matplotlib, which is not installed. Run: python -m pip install matplotlib"
        ) from error
    return Figure
