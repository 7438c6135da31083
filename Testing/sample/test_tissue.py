"""Paint covers what was there, within the shape and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.sample.shapes import Ellipse
from ParaspinalFatLib.sample.tissue import CORTEX, FAT, MARROW, Canvas


@pytest.fixture
def canvas() -> Canvas:
    x, y = np.meshgrid(np.arange(-10, 11, dtype=np.float32), np.arange(-10, 11, dtype=np.float32))
    return Canvas(x, y)


def test_paint_stays_within_the_shape(canvas: Canvas) -> None:
    canvas.paint(Ellipse((3.0, 0.0), (4.5, 4.5)), FAT, 7)
    inside = np.hypot(canvas.x - 3, canvas.y) < 4.5
    assert np.array_equal(canvas.structure == 7, inside)
    assert np.array_equal(canvas.brightness > 0, inside)
    assert np.all(canvas.fat_fraction[inside] == np.float32(FAT.fat_fraction))


def test_a_rim_has_its_own_tissue_and_the_same_structure(canvas: Canvas) -> None:
    canvas.paint(Ellipse((0.0, 0.0), (6.5, 6.5)), MARROW, 12, rim=CORTEX, rim_mm=2.0)
    assert canvas.brightness[10, 10] == np.float32(MARROW.brightness)
    assert canvas.brightness[10, 16] == np.float32(CORTEX.brightness)
    assert canvas.structure[10, 16] == 12


def test_later_paint_covers_the_structure_below(canvas: Canvas) -> None:
    canvas.paint(Ellipse((0.0, 0.0), (8.0, 8.0)), MARROW, 12)
    canvas.paint(Ellipse((0.0, 0.0), (3.0, 3.0)), FAT)
    assert canvas.structure[10, 10] == 0
    assert canvas.structure[10, 15] == 12


def test_a_shape_outside_the_plane_changes_nothing(canvas: Canvas) -> None:
    canvas.paint(Ellipse((50.0, 0.0), (3.0, 3.0)), FAT, 7)
    assert not canvas.structure.any()
