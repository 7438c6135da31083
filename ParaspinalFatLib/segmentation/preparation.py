"""From a slice to the network's input, and from its output back to the slice's own grid, exactly.

The whole slice is resampled to the network's pixel size and scaled; the network sees the window of it that holds the body,
so what it sees does not depend on the crop. Both ways use voxel centres in mm. Labels are decided on the image's own grid,
from linearly interpolated class probabilities, so their borders are not stepped by the network's pixels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.segmentation.body import Box, body_box
from ParaspinalFatLib.segmentation.intensity import normalise
from ParaspinalFatLib.segmentation.resampling import Axis, Window, centred_axis, covering_window, resampling_matrix

Plane = npt.NDArray[np.floating | np.integer]


@dataclass(frozen=True, eq=False)
class Way:
    """The way of one direction of the slices (rows or columns) to the network and back.

    Attributes:
        length: pixels of the image.
        kept: the first and, exclusively, the last of its pixels that lie in the body's box.
        whole: the network's pixels over the whole slice.
        window: those of them that the network sees.
        there: (whole.size, length) resamples the image to the network's pixels.
        back: (kept pixels, window.size) resamples the network's output to the image's pixels.
    """

    length: int
    kept: slice
    whole: Axis
    window: Window
    there: npt.NDArray[np.float32]
    back: npt.NDArray[np.float32]

    @classmethod
    def plan(cls, spacing_mm: float, length: int, kept: slice, pixel_mm: float, stride: int) -> Way:
        """The way for ``length`` pixels of ``spacing_mm`` to pixels of ``pixel_mm``."""
        image, box = Axis(0.0, spacing_mm, length), Axis(kept.start * spacing_mm, spacing_mm, kept.stop - kept.start)
        whole = centred_axis(image, pixel_mm)
        window = covering_window(whole, box, stride)
        return cls(length, kept, whole, window, resampling_matrix(image, whole), resampling_matrix(window.axis(whole), box))

    def reached(self, occupied: npt.NDArray[np.bool_]) -> slice:
        """The image's pixels that interpolate any of the network's pixels between the first and the last occupied one."""
        indices = np.flatnonzero(occupied)
        if indices.size == 0:
            return slice(0, 0)
        pixels = np.flatnonzero(self.back[:, indices[0] : indices[-1] + 1].any(axis=1))
        return slice(int(pixels[0]), int(pixels[-1]) + 1) if pixels.size else slice(0, 0)

    def kept_indices(self, pixels: slice) -> npt.NDArray[np.intp]:
        """For some of the image's pixels their row of ``back``, that of the nearest kept pixel where they are not kept."""
        wanted = np.arange(pixels.start, pixels.stop)
        return np.clip(wanted, self.kept.start, self.kept.stop - 1) - self.kept.start


@dataclass(frozen=True, eq=False)
class Preparation:
    """How the slices of one image reach the network and return."""

    rows: Way
    columns: Way

    @property
    def network_shape(self) -> tuple[int, int]:
        """(rows, columns) of the network's input, multiples of its stride."""
        return self.rows.window.size, self.columns.window.size

    @property
    def pixel_mm(self) -> float:
        """Size of the network's pixels."""
        return self.rows.whole.spacing_mm

    def resampled(self, plane: Plane) -> npt.NDArray[np.float32]:
        """A whole (j, i) slice of the image on pixels of the network's size."""
        return self.rows.there @ plane.astype(np.float32) @ self.columns.there.T

    def network_input(self, plane: Plane) -> npt.NDArray[np.float32]:
        """What the network sees of a (j, i) slice: scaled grey values, 0 beyond the image's edge."""
        return self.cropped(normalise(self.resampled(plane)[None])[0])

    def cropped(self, resampled: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """The window of a resampled slice that the network sees, 0 beyond the slice."""
        from_rows, to_rows = self.rows.window.inside(self.rows.whole)
        from_columns, to_columns = self.columns.window.inside(self.columns.whole)
        result = np.zeros(self.network_shape, np.float32)
        result[to_rows, to_columns] = resampled[from_rows, from_columns]
        return result

    def channels(self, probabilities: npt.NDArray[np.float32]) -> npt.NDArray[np.intp]:
        """The most probable channel of every pixel of the slice.

        Args:
            probabilities: (classes, *network_shape), summing to 1 over the classes.

        Returns:
            (j, i) channel numbers on the image's own grid; 0 outside the box.
        """
        result = np.zeros((self.rows.length, self.columns.length), np.intp)
        result[self.rows.kept, self.columns.kept] = self._winners(probabilities)[0]
        return result

    def channels_and_probability(
        self, probabilities: npt.NDArray[np.float32]
    ) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float32]]:
        """What :meth:`channels` gives, and (j, i) how probable that channel is; 1 outside the box."""
        winner, highest = self._winners(probabilities)
        channels = np.zeros((self.rows.length, self.columns.length), np.intp)
        probability = np.ones(channels.shape, np.float32)
        box = self.rows.kept, self.columns.kept
        channels[box], probability[box] = winner, highest
        return channels, probability

    def _winners(self, probabilities: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float32]]:
        """The most probable channel within the box, and its probability."""
        highest = self.rows.back @ probabilities[0] @ self.columns.back.T
        winner = np.zeros(highest.shape, np.intp)
        for channel in range(1, len(probabilities)):
            # A class below 1 / classes can win nowhere, and interpolation never exceeds what it interpolates.
            possible = probabilities[channel] >= 1.0 / len(probabilities)
            rows, columns = self.rows.reached(possible.any(axis=1)), self.columns.reached(possible.any(axis=0))
            probability = self.rows.back[rows] @ probabilities[channel] @ self.columns.back[columns].T
            better = probability > highest[rows, columns]
            winner[rows, columns][better] = channel
            highest[rows, columns][better] = probability[better]
        return winner, highest

    def on_image(self, plane: npt.NDArray[np.float32], rows: slice, columns: slice) -> npt.NDArray[np.float32]:
        """A plane of the network's grid on some rows and columns of the image; continued flat beyond the body's box."""
        back = [way.back[way.kept_indices(pixels)] for way, pixels in ((self.rows, rows), (self.columns, columns))]
        return back[0] @ plane @ back[1].T

    def record(self) -> Mapping[str, object]:
        """The crop and the network's grid, for provenance."""
        return {
            "rows_axial_order": [self.rows.kept.start, self.rows.kept.stop],
            "columns_axial_order": [self.columns.kept.start, self.columns.kept.stop],
            "network_rows_columns": list(self.network_shape),
            "network_pixel_mm": self.pixel_mm,
        }


def prepare(image: Image, pixel_mm: float, stride: int, box: Box | None = None) -> Preparation:
    """Plan the way of an image's slices to the network and back.

    Args:
        image: in axial order (``imaging.axial.axial_view``).
        pixel_mm: the network's pixel size in mm.
        stride: the network takes heights and widths that are multiples of this.
        box: the part of the slices to look at; None finds the body.
    """
    column_mm, row_mm, _ = image.spacing
    rows, columns = (box or body_box(image.array, (row_mm, column_mm))).slices
    _, height, width = image.array.shape
    return Preparation(
        Way.plan(row_mm, height, rows, pixel_mm, stride), Way.plan(column_mm, width, columns, pixel_mm, stride)
    )
