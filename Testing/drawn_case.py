"""A small case with a mask of known place on each side, and a way to look at the drawn pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.imaging.image import Image

PIXEL_MM = (1.0, 2.0)
RIGHT_ROWS, RIGHT_COLUMNS = slice(10, 20), slice(30, 50)
LEFT_ROWS, LEFT_COLUMNS = slice(12, 18), slice(70, 82)
RIGHT_FAT, LEFT_FAT = 0.3, 0.45


@dataclass(frozen=True)
class Case:
    """Images on one grid in axial order."""

    image: Image
    labels: Image
    fat_map: FatMap


def make_case(slices: int) -> Case:
    """Pixels of 1 x 2 mm; the right multifidus (value 1) spans 20 x 20 mm, the left one (2) 12 x 12 mm."""
    affine = np.diag([-PIXEL_MM[0], -PIXEL_MM[1], 4.0, 1.0])
    labels = np.zeros((slices, 40, 120), np.uint8)
    labels[:, RIGHT_ROWS, RIGHT_COLUMNS] = 1
    labels[:, LEFT_ROWS, LEFT_COLUMNS] = 2
    grey = np.broadcast_to(np.linspace(0, 100, 120), labels.shape).astype(np.float32)
    fraction = np.full(labels.shape, 0.9, np.float32)
    fraction[labels == 1], fraction[labels == 2] = RIGHT_FAT, LEFT_FAT
    image = Image(np.ascontiguousarray(grey), affine)
    return Case(image, image.with_array(labels), FatMap(image.with_array(fraction), "dixon"))


class Drawing:
    """A figure turned into pixels."""

    def __init__(self, figure: Any) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        self.figure = figure
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        self.pixels = np.asarray(canvas.buffer_rgba())[..., :3].astype(float) / 255

    def colour(self, axes: Any, x: float, y: float) -> np.ndarray:
        """RGB at a position in an axes' own coordinates."""
        column, row = axes.transData.transform((x, y))
        return self.pixels[len(self.pixels) - 1 - int(row), int(column)]

    def places(self, axes: Any, colour: tuple[float, float, float]) -> np.ndarray:
        """(n, 2) positions in an axes' own coordinates of the pixels of one colour."""
        rows, columns = np.nonzero(np.abs(self.pixels - colour).max(axis=-1) < 0.05)
        inside = axes.get_window_extent()
        display = np.stack([columns + 0.5, len(self.pixels) - rows - 0.5], axis=1)
        display = display[[bool(inside.contains(*place)) for place in display]]
        return axes.transData.inverted().transform(display)
