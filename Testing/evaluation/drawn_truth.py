"""A truth drawn in memory, in axial order already."""

from __future__ import annotations

import numpy as np

from ParaspinalFatLib.agreement.masks import with_composites
from ParaspinalFatLib.evaluation.by_slice import Item, SliceFigures
from ParaspinalFatLib.evaluation.truth import Truth
from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.imaging.image import Image

ITEM = Item("network", "anna", "T2w")
SHAPE = (5, 40, 40)
COLUMN_MM, ROW_MM, SLICE_MM = 1.5, 0.5, 4.0
"""Voxel edges, all different."""


def grid(shape=SHAPE) -> Image:
    """An image of nothing with the drawn voxels."""
    return Image(np.zeros(shape, np.float32), np.diag([-COLUMN_MM, -ROW_MM, SLICE_MM, 1.0]))


def box(slices=(2, 3), rows=(10, 30), columns=(10, 30)) -> np.ndarray:
    """A mask that is a box, half-open along k, j, i."""
    mask = np.zeros(SHAPE, bool)
    mask[tuple(slice(*along) for along in (slices, rows, columns))] = True
    return mask


def truth_of(structures, known=None, levels=None, fraction=None) -> Truth:
    """Of the case anna."""
    image = grid()
    return Truth("anna", image, axial_view(image), with_composites(structures), known, levels or {}, fraction)


def slice_figures(case="anna", k=0, truth_mm2=100.0, prediction_mm2=100.0, **others) -> SliceFigures:
    """Of the right multifidus, as good as can be where nothing else is said."""
    known = {"structure": "MF", "side": "right", "dice": 1.0, "iou": 1.0, "truth_ff_pct": 10.0, "prediction_ff_pct": 10.0}
    item = others.pop("item", Item("network", case, "T2w"))
    return SliceFigures(item=item, slice=k, truth_mm2=truth_mm2, prediction_mm2=prediction_mm2, **{**known, **others})
