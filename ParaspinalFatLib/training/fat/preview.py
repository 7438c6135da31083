"""A contact sheet of the fat network's samples: each image, and beside it the fat fraction that it should be read as."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ParaspinalFatLib.training.collection import Collection
from ParaspinalFatLib.training.fat.sample import FatSample
from ParaspinalFatLib.training.fat.trainer import FIELD, draw
from ParaspinalFatLib.training.preview import Panel, draw_outlines, write_sheet

MUSCLE_COLOUR = (0.34, 0.71, 0.91)
TITLE = "images with the muscles' outlines; fat fraction within them, from black (0) to bright yellow (1)"

COUNTS = 0.99
"""Weight from which a pixel is fully inside a muscle."""


def write_fat_sheet(collection: Collection, path: Path, seed: int, rows: int = 5, columns: int = 4) -> None:
    """Write a picture of ``rows`` x ``columns`` random samples, two panels each."""
    rng = np.random.default_rng(seed)
    samples = [draw(collection, rng, FIELD) for _ in range(rows * columns)]
    panels = [panel for sample in samples for panel in (_image_panel(sample), _truth_panel(sample))]
    write_sheet(panels, 2 * columns, path, TITLE, inches=(3.0, 2.7))


def _image_panel(sample: FatSample) -> Panel:
    no_tint = np.zeros((*sample.image.shape, 4), np.float32)
    return lambda axis: draw_outlines(axis, sample.image, no_tint, [(MUSCLE_COLOUR, sample.weight > COUNTS)])


def _truth_panel(sample: FatSample) -> Panel:
    def show(axis: Any) -> None:
        shown = np.where(sample.weight > COUNTS, sample.fraction, np.nan)
        axis.imshow(np.full((*shown.shape, 3), 0.35))
        axis.imshow(shown, cmap="inferno", vmin=0, vmax=1)

    return show
