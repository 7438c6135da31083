"""MuscleVoxels: the signal of every voxel that a label image gives to a muscle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.anatomy import STRUCTURES, Structure
from ParaspinalFatLib.errors import InputError, MeasurementError
from ParaspinalFatLib.imaging.grids import require_same_grid
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.occupied import occupied

MUSCLE_STRUCTURES: tuple[Structure, ...] = tuple(structure for structure in STRUCTURES if structure.is_muscle)

_IS_MUSCLE = np.zeros(256, bool)
_IS_MUSCLE[[structure.value for structure in MUSCLE_STRUCTURES]] = True


@dataclass(frozen=True, eq=False)
class MuscleVoxels:
    """All muscle voxels of a scan, in the order of the array.

    Attributes:
        shape: (k, j, i) of the grid.
        places: positions in the flattened grid.
        labels: uint8, label value at each place.
        signal: image value at each place.
        known: whether there is a signal: a finite number other than 0. Exact zeros are voxels that were masked or padded.
    """

    shape: tuple[int, ...]
    places: npt.NDArray[np.intp]
    labels: npt.NDArray[np.uint8]
    signal: np.ndarray
    known: npt.NDArray[np.bool_]

    @property
    def slices(self) -> npt.NDArray[np.intp]:
        """Index along the first axis at each place."""
        return self.places // (self.shape[1] * self.shape[2])

    @property
    def structures(self) -> list[Structure]:
        """The muscles that have voxels, by label value."""
        counts = np.bincount(self.labels, minlength=256)
        return [structure for structure in MUSCLE_STRUCTURES if counts[structure.value]]

    def signal_of(self, structures: list[Structure]) -> np.ndarray:
        """The known signals inside some muscles."""
        wanted = np.zeros(256, bool)
        wanted[[structure.value for structure in structures]] = True
        return self.signal[wanted[self.labels] & self.known]

    def fractions(self, limits: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
        """The fat map of thresholds: 1 where the signal is above the limit, else 0; NaN outside muscle and where unknown.

        Args:
            limits: threshold at each place; NaN where there is none.

        Returns:
            (k, j, i), of the grid's shape.
        """
        fraction = np.full(self.shape, np.nan, np.float32)
        answered = self.known & ~np.isnan(limits)
        fraction.reshape(-1)[self.places[answered]] = self.signal[answered] > limits[answered]
        return fraction


def muscle_voxels(labels: np.ndarray, signal: np.ndarray) -> MuscleVoxels:
    """Gather the muscle voxels of a scan.

    Args:
        labels: (k, j, i) uint8.
        signal: (k, j, i), any real type.

    Raises:
        MeasurementError: no muscle is labelled.
    """
    k, j, i = box = occupied(labels)
    found = np.nonzero(_IS_MUSCLE[labels[box]])
    places = np.ravel_multi_index((found[0] + k.start, found[1] + j.start, found[2] + i.start), labels.shape)
    return voxels_at(places, labels, signal)


def muscle_places(labels: np.ndarray) -> npt.NDArray[np.intp]:
    """Positions of the muscle voxels in the flattened array of label values, ascending."""
    occupied_places = np.flatnonzero(labels != 0)
    return occupied_places[_IS_MUSCLE[labels.reshape(-1)[occupied_places]]]


def voxels_at(places: npt.NDArray[np.intp], labels: np.ndarray, signal: np.ndarray) -> MuscleVoxels:
    """The muscle voxels at known places; arguments and errors otherwise as in :func:`muscle_voxels`."""
    if not len(places):
        raise MeasurementError("No muscle is labelled in this segmentation. Outline at least one, then measure again.")
    inside = signal.reshape(-1)[places]
    # Even lean muscle gives signal, and noise lifts a magnitude above 0: true zeros are practically absent. Counted as lean,
    # masked voxels would make a muscle leaner, and as a tissue of their own they would pull every threshold down.
    return MuscleVoxels(labels.shape, places, labels.reshape(-1)[places], inside, np.isfinite(inside) & (inside != 0))


def required_labels(labels: Image | None, image: Image, method: str) -> Image:
    """The labels as uint8, if there are any, on the grid of the image.

    Raises:
        MeasurementError: there are none.
        GeometryError: the grids differ.
        InputError: the values are not whole numbers from 0 to 255.
    """
    if labels is None:
        raise MeasurementError(f"The method {method} finds fat inside the muscles; outline them first.")
    require_same_grid(labels, image, "The segmentation", "the image")
    if labels.array.dtype == np.uint8:
        return labels
    values = labels.array.astype(np.uint8)
    if not np.array_equal(values, labels.array):
        raise InputError("The segmentation holds values that are not whole numbers from 0 to 255. Choose a label image.")
    return labels.with_array(values)
