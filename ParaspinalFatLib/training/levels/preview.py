"""A contact sheet of the level network's samples: midline planes, cranial up, with the outlines of what it should find."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ParaspinalFatLib.measurement.spine_classes import SpineClass
from ParaspinalFatLib.training.levels.sample import level_sample
from ParaspinalFatLib.training.levels.spines import Spine
from ParaspinalFatLib.training.partial_labels import UNKNOWN
from ParaspinalFatLib.training.preview import RGB, Panel, draw_outlines, write_sheet

COLOURS: dict[SpineClass, RGB] = {
    SpineClass.BODY: (0.82, 0.78, 0.72),
    SpineClass.DISC: (0.94, 0.89, 0.26),
    SpineClass.LOWEST_DISC: (0.95, 0.35, 0.15),
    SpineClass.LOWEST_BODY: (0.34, 0.71, 0.91),
}
TITLE = "discs yellow, the disc on the sacrum orange, the body above it blue, other bodies beige; tinted red: unknown"


def write_levels_sheet(spines: Sequence[Spine], path: Path, seed: int, rows: int = 4, columns: int = 8) -> None:
    """Write a picture of ``rows`` x ``columns`` random samples."""
    rng = np.random.default_rng(seed)
    samples = [level_sample(rng, spines[int(rng.integers(len(spines)))]) for _ in range(rows * columns)]
    panels = [_plane_panel(image[::-1], classes[::-1]) for image, classes in samples]
    write_sheet(panels, columns, path, TITLE, inches=(2.0, 3.0))


def _plane_panel(image: np.ndarray, classes: np.ndarray) -> Panel:
    tint = np.zeros((*classes.shape, 4), np.float32)
    tint[classes == UNKNOWN] = (1, 0, 0, 0.12)
    outlines = [(colour, classes == one) for one, colour in COLOURS.items()]
    return lambda axis: draw_outlines(axis, image, tint, outlines)
