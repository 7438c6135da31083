"""One slice drawn as a radiologist reads it: patient's right on the left, front up, true proportions, sides marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.anatomy import BY_VALUE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.image import AxesImage

FAT_FRACTION_SHOWN = 0.6
"""Fat fraction at the top of the colour scale: one fixed scale, so that two pictures can be compared; fat muscle above 60 %
keeps the top colour, and the colour bar says so with a pointed end."""

FAT_COLOURS = "plasma"
"""Perceptually even and readable with the common colour-vision deficiencies: blue is lean, yellow is fat."""

OUTLINE_POINTS = 1.1
"""Width of the outlines: as thin as stays visible, since half of it hides the tissue outside the border."""

BACKDROP = 0.55
"""Brightness of the greyscale image under the fat colours, so that they stand out."""


@dataclass(frozen=True)
class Crop:
    """A rectangle of pixels: first and one past the last row and column."""

    top: int
    bottom: int
    left: int
    right: int

    def of(self, plane: np.ndarray) -> np.ndarray:
        """The part of a (rows, columns) plane inside the rectangle."""
        return plane[self.top : self.bottom, self.left : self.right]


@dataclass(frozen=True, eq=False)
class SliceView:
    """What is needed to draw one slice.

    Attributes:
        grey: (rows, columns) in axial order, scaled to 0 (black) to 1 (white).
        labels: (rows, columns) values of :mod:`anatomy`.
        fat_fraction: (rows, columns) 0 to 1, NaN without an answer; None if there is no fat map.
        pixel_mm: width and height of a pixel.
        caption: written above.
    """

    grey: npt.NDArray[np.floating]
    labels: npt.NDArray[np.uint8]
    fat_fraction: npt.NDArray[np.floating] | None
    pixel_mm: tuple[float, float]
    caption: str

    def draw_outlines(self, axes: Axes) -> None:
        """The image with every structure's border in its colour, half-way between the voxels on either side."""
        self._draw_backdrop(axes, 1.0)
        axes.set_title(self.caption, fontsize=8, color="white", pad=3)
        padded = np.pad(self.labels, 1)
        columns = (np.arange(padded.shape[1]) - 1) * self.pixel_mm[0]
        rows = (np.arange(padded.shape[0]) - 1) * self.pixel_mm[1]
        for value in np.unique(self.labels[self.labels > 0]):
            structure = BY_VALUE.get(int(value))
            if structure is not None:
                axes.contour(
                    columns, rows, padded == value, levels=[0.5], colors=[structure.colour], linewidths=OUTLINE_POINTS
                )

    def draw_fat(self, axes: Axes) -> AxesImage:
        """The image darkened, with fat-fraction colours inside the muscles; muscle without an answer stays grey."""
        import matplotlib

        assert self.fat_fraction is not None
        self._draw_backdrop(axes, BACKDROP)
        muscles = [value for value, structure in BY_VALUE.items() if structure.is_muscle]
        hidden = ~np.isin(self.labels, muscles) | ~np.isfinite(self.fat_fraction)
        colours = matplotlib.colormaps[FAT_COLOURS]
        percent = np.ma.masked_array(100 * self.fat_fraction, hidden)
        return axes.imshow(
            percent, colours, vmin=0, vmax=100 * FAT_FRACTION_SHOWN, extent=self._extent(), interpolation="nearest"
        )

    def _draw_backdrop(self, axes: Axes, brightness: float) -> None:
        axes.imshow(self.grey, "gray", vmin=0, vmax=1 / brightness, extent=self._extent(), interpolation="antialiased")
        axes.set_axis_off()
        for text, place in (("R", 0.02), ("L", 0.98)):
            axes.text(
                place, 0.5, text, transform=axes.transAxes, color="white", fontsize=9, fontweight="bold",
                horizontalalignment="left" if text == "R" else "right", verticalalignment="center", bbox=_SHADE,
            )  # fmt: skip

    def _extent(self) -> tuple[float, float, float, float]:
        """Edges in mm (left, right, bottom, top) with the first pixel's centre at the origin and y downwards."""
        rows, columns = self.grey.shape
        width, height = self.pixel_mm
        return (-0.5 * width, (columns - 0.5) * width, (rows - 0.5) * height, -0.5 * height)


_SHADE = {"facecolor": "black", "edgecolor": "none", "alpha": 0.5, "pad": 1.0}
