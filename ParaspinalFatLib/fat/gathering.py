"""MuscleGatherer: the muscle voxels of labels that are edited, looked for only where the labels changed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.anatomy import Structure
from ParaspinalFatLib.fat.muscle_voxels import MuscleVoxels, muscle_places, voxels_at


class MuscleGatherer:
    """Gathers as :func:`muscle_voxels.muscle_voxels` does, and remembers the last labels and the last image.

    >>> labels = np.zeros((2, 1, 3), np.uint8)
    >>> labels[0, 0, 1] = 1
    >>> gather = MuscleGatherer()
    >>> gather(labels, labels).places
    array([1])
    >>> labels[1, 0, 2] = 2
    >>> gather(labels, labels).places
    array([1, 5])
    """

    def __init__(self) -> None:
        self._labels: npt.NDArray[np.uint8] | None = None
        self._places: list[npt.NDArray[np.intp]] = []
        self._edits = np.zeros(256, np.int64)
        self._last: MuscleVoxels | None = None
        self._signal: np.ndarray | None = None

    def __call__(self, labels: np.ndarray, signal: np.ndarray) -> MuscleVoxels:
        """The muscle voxels of a scan; the very same object as before if nothing differs.

        Args:
            labels: (k, j, i) uint8; may have been written to since the last call.
            signal: (k, j, i), any real type; must not be written to between calls.

        Raises:
            MeasurementError: no muscle is labelled.
        """
        changed = self._take(labels)
        if changed or self._last is None:
            self._last = voxels_at(np.concatenate(self._places), labels, signal)
        elif signal is not self._signal:
            self._last = voxels_at(self._last.places, labels, signal)
        self._signal = signal
        return self._last

    def edits(self, structures: Sequence[Structure]) -> tuple[int, ...]:
        """For each structure a number that grows with every change of its voxels."""
        return tuple(self._edits[[structure.value for structure in structures]].tolist())

    def _take(self, labels: np.ndarray) -> bool:
        """Bring the places up to date; returns whether any label changed."""
        if self._labels is None or self._labels.shape != labels.shape:
            self._labels = np.array(labels)
            self._places = [self._places_in(k) for k in range(len(labels))]
            self._edits += 1
            self._last = None
            return True
        changed = [k for k, (old, new) in enumerate(zip(self._labels, labels, strict=True)) if not np.array_equal(old, new)]
        for k in changed:
            differ = self._labels[k] != labels[k]
            values = np.union1d(self._labels[k][differ], labels[k][differ])
            self._edits[values] += 1
            self._labels[k] = labels[k]
            self._places[k] = self._places_in(k)
        if changed:
            self._last = None  # also if there is no muscle any more
        return bool(changed)

    def _places_in(self, k: int) -> npt.NDArray[np.intp]:
        assert self._labels is not None
        return muscle_places(self._labels[k]) + k * self._labels[k].size
