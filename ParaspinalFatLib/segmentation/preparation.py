"""From a slice to the network's input, and from its output back to the slice's own grid, exactly.

Both ways use voxel centres in mm on two grids that share their middle: the body's box in the image's own pixels, and a grid
of the network's pixel size that covers the box. Labels are decided on the image's own grid, from linearly interpolated
class probabilities, so their borders are not stepped by the network's pixels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.segmentation.body import Box, body_box
from ParaspinalFatLib.segmentation.intensity import normalise
from ParaspinalFatLib.segmentation.resampling import Axis, centred_axis, resampling_matrix


@dataclass(frozen=True, eq=False)
class Preparation:
    """How the slices of one image reach the network and return.

    Attributes:
        shape: (rows, columns) of a slice of the image.
        box: where the body lies; outside it everything is background.
        network_shape: (rows, columns) of the network's input, multiples of its stride.
        pixel_mm: the network's pixel size.
        to_network: matrices (rows, columns) that resample a whole slice to the network's grid.
        to_box: matrices (rows, columns) that resample the network's grid to the pixels of the box.
    """

    shape: tuple[int, int]
    box: Box
    network_shape: tuple[int, int]
    pixel_mm: float
    to_network: tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]
    to_box: tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]

    def network_input(self, plane: npt.NDArray[np.floating | np.integer]) -> npt.NDArray[np.float32]:
        """Scale a (j, i) slice of the image and resample it to the network's grid; beyond the image's edge it is 0."""
        rows, columns = self.to_network
        return rows @ normalise(plane[None])[0] @ columns.T

    def channels(self, probabilities: npt.NDArray[np.float32]) -> npt.NDArray[np.intp]:
        """The most probable channel of every pixel of the slice.

        Args:
            probabilities: (classes, *network_shape), summing to 1 over the classes.

        Returns:
            (j, i) channel numbers on the image's own grid; 0 outside the box.
        """
        rows, columns = self.to_box
        # A class below 1 / classes everywhere can win nowhere, and interpolation never exceeds its neighbours.
        possible = np.flatnonzero(probabilities.max(axis=(1, 2)) >= 1.0 / len(probabilities))
        winner = np.zeros((len(rows), len(columns)), np.intp)
        highest = np.full(winner.shape, -1.0, np.float32)
        for channel in possible:
            probability = rows @ probabilities[channel] @ columns.T
            winner[probability > highest] = channel
            np.maximum(highest, probability, out=highest)
        result = np.zeros(self.shape, np.intp)
        result[self.box.slices] = winner
        return result

    def record(self) -> Mapping[str, object]:
        """The crop and the network's grid, for provenance."""
        box = self.box
        return {
            "rows_axial_order": [box.row_start, box.row_stop],
            "columns_axial_order": [box.column_start, box.column_stop],
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
    box = box or body_box(image.array, (row_mm, column_mm))
    _, height, width = image.array.shape
    to_network, to_box, size = [], [], []
    for spacing, length, start, stop in (
        (row_mm, height, box.row_start, box.row_stop),
        (column_mm, width, box.column_start, box.column_stop),
    ):
        slice_axis, box_axis = Axis(0.0, spacing, length), Axis(start * spacing, spacing, stop - start)
        network_axis = centred_axis(box_axis, pixel_mm, stride)
        to_network.append(resampling_matrix(slice_axis, network_axis))
        to_box.append(resampling_matrix(network_axis, box_axis))
        size.append(network_axis.size)
    return Preparation((height, width), box, (size[0], size[1]), pixel_mm, _pair(to_network), _pair(to_box))


def _pair(matrices: list[npt.NDArray[np.float32]]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    rows, columns = matrices
    return rows, columns
