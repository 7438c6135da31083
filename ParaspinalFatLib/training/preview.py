"""A contact sheet of synthesised samples with their truth: look at it before training on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ParaspinalFatLib.anatomy import BY_VALUE
from ParaspinalFatLib.files import written_whole
from ParaspinalFatLib.training.collection import Collection
from ParaspinalFatLib.training.partial_labels import BESIDE, BESIDE_ALL, BESIDE_PSOAS, OFF_COLUMN, UNDRAWN, UNKNOWN
from ParaspinalFatLib.training.view import SMALL_FIELD, TORSO

Panel = Callable[[Any], None]
"""Draws one picture of a sheet on a matplotlib axis."""

RGB = tuple[float, float, float]

PANEL_INCHES = (3.0, 3.0)
"""Width and height of a panel, if a sheet's panels have no shape of their own."""


def write_contact_sheet(collection: Collection, path: Path, seed: int, rows: int = 5, columns: int = 8) -> None:
    """Write a picture of ``rows`` x ``columns`` random samples; half the rows small fields of view, half whole torsos.

    Outlines are in the structures' colours, areas tinted red are unknown, yellow undrawn,
    green beside muscles, blue beside the column.
    """
    rng = np.random.default_rng(seed)
    views = [SMALL_FIELD if row % 2 == 0 else TORSO for row in range(rows) for _ in range(columns)]
    samples = [collection.draw(rng, view) for view in views]
    write_sheet([_slice_panel(image, labels) for image, labels in samples], columns, path)


def write_sheet(
    panels: Sequence[Panel], columns: int, path: Path, title: str = "", inches: tuple[float, float] = PANEL_INCHES
) -> None:
    """Write a picture of panels, each ``inches`` wide and high, in rows of ``columns``; folders above ``path`` are made."""
    from matplotlib.figure import Figure

    rows = -(-len(panels) // columns)
    width, height = inches
    figure = Figure(figsize=(width * columns, height * rows + (0.4 if title else 0)), layout="constrained")
    figure.suptitle(title, fontsize=14)
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    for axis in axes:
        axis.axis("off")
    for axis, draw in zip(axes, panels, strict=False):
        draw(axis)
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(path) as partial:
        figure.savefig(partial, dpi=70, format=path.suffix.removeprefix(".") or "png")


def draw_slice(axis: Any, image: np.ndarray, labels: np.ndarray) -> None:
    """Show one slice (h, w) with outlines on a matplotlib axis."""
    tint = np.zeros((*labels.shape, 4), np.float32)
    tint[labels == UNKNOWN] = (1, 0, 0, 0.12)
    tint[labels == UNDRAWN] = (1, 1, 0, 0.12)
    tint[np.isin(labels, (BESIDE, BESIDE_PSOAS, BESIDE_ALL))] = (0, 1, 0, 0.12)
    tint[labels == OFF_COLUMN] = (0, 0.6, 1, 0.12)
    outlines = [(structure.colour, labels == value) for value, structure in BY_VALUE.items()]
    draw_outlines(axis, image, tint, outlines)


def draw_outlines(axis: Any, image: np.ndarray, tint: np.ndarray, outlines: Iterable[tuple[RGB, np.ndarray]]) -> None:
    """Show an image on a matplotlib axis.

    Args:
        axis: to draw on.
        image: (h, w), 0 to 1.
        tint: (h, w, 4) colours laid over it.
        outlines: colours with the mask (h, w) whose border is drawn in them.
    """
    axis.imshow(image, cmap="gray", vmin=0, vmax=0.9)
    axis.imshow(tint)
    for colour, mask in outlines:
        if mask.any():
            axis.contour(mask, [0.5], colors=[colour], linewidths=0.8)
    axis.axis("off")


def _slice_panel(image: np.ndarray, labels: np.ndarray) -> Panel:
    return lambda axis: draw_slice(axis, image, labels)
