"""MeasuringSession: measures a case once, then again after each edit by looking only at what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.anatomy import BY_IDENTIFIER, BY_VALUE, STRUCTURES
from ParaspinalFatLib.errors import InputError, MeasurementError
from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.imaging.grids import require_same_grid
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Images, Role, require_one_grid
from ParaspinalFatLib.measurement.axis import in_plane_centroid, obliquity_cosines
from ParaspinalFatLib.measurement.grid import AxialGrid
from ParaspinalFatLib.measurement.levels import Level, NearestSlice, nearest_slices
from ParaspinalFatLib.measurement.measurands import Measurand, measurands_of
from ParaspinalFatLib.measurement.result import Measurement
from ParaspinalFatLib.measurement.rows import Frame, MutableRow, Pieces, add_axis, level_row, slice_row, whole_row
from ParaspinalFatLib.measurement.slice_statistics import Voxels, slice_statistics
from ParaspinalFatLib.measurement.table import Table

DISC = BY_IDENTIFIER["IVD"].value

_WANTED: npt.NDArray[np.bool_] = np.isin(np.arange(256), list(BY_VALUE))
_MUSCLE: npt.NDArray[np.bool_] = np.isin(np.arange(256), [s.value for s in STRUCTURES if s.is_muscle])

SIGNAL_PREFERENCE = (Role.ANATOMY, Role.WATER, Role.IN_PHASE, Role.FAT, Role.OPPOSED_PHASE)
"""Images whose signal intensity is measured, the first one present. A fat-fraction map has no signal intensity."""


class MeasuringSession:
    """The measurements of one case, kept up to date while its labels are edited.

    >>> grid = np.diag([1.0, 1.0, 4.0, 1.0])
    >>> labels, fat = np.zeros((3, 8, 8), np.uint8), np.full((3, 8, 8), 0.25, np.float32)
    >>> labels[:, 2:6, 2:6] = 1
    >>> session = MeasuringSession({}, Image(labels, grid), FatMap(Image(fat, grid), "dixon"))
    >>> session.measurement.table.one(region="whole")["volume_ml"]
    0.192
    >>> labels[1, 2, 2] = 0
    >>> session.update(Image(labels, grid)).table.one(region="whole")["volume_ml"]
    0.188
    """

    def __init__(self, images: Images, labels: Image, fat_map: FatMap, levels: Sequence[Level] = ()) -> None:
        """Measure everything.

        Args:
            images: the images of the case, all on one grid.
            labels: values of :mod:`ParaspinalFatLib.anatomy` on that grid.
            fat_map: fat fractions on that grid.
            levels: named positions at which level rows are made.

        Raises:
            GeometryError: the grids differ, or are not near axial.
            InputError: the labels are not label values; two levels have one name.
            MeasurementError: no muscle is labelled.
        """
        if images:
            require_one_grid(images)
        self._images = images
        self._fat_map = fat_map
        self._levels = tuple(levels)
        self._labels: npt.NDArray[np.uint8] | None = None
        self._statistics: list[Pieces] = []
        self._slice_rows: dict[tuple[Measurand, int], MutableRow] = {}
        self._rows: dict[Measurand, tuple[MutableRow, dict[int, MutableRow]]] = {}
        self.measurement = self.update(labels)

    def update(self, labels: Image) -> Measurement:
        """Measure edited labels.

        Args:
            labels: as at the start, on the same grid; what differs from the last call is found here.

        Raises:
            GeometryError, InputError, MeasurementError: as at the start; the session then stays as it was.
        """
        array = self._axial_labels(labels)
        changed = self._changed(array)
        statistics = list(self._statistics) or [{} for _ in range(array.shape[0])]
        touched: set[int] = set()
        for k in changed:
            fresh = slice_statistics(array, self._voxels, k, _WANTED, _MUSCLE)
            touched |= _differing(statistics[k], fresh, self._labels, array, k)
            statistics[k] = fresh
        present = {value for pieces in statistics for value in pieces}
        if not any(BY_VALUE[value].is_muscle for value in present):
            raise MeasurementError(
                "No muscle is labelled in this segmentation. Outline at least one muscle, then measure again."
            )
        self._forget(changed, touched)
        self._labels, self._statistics = array, statistics
        self.measurement = self._measure(measurands_of(present))
        return self.measurement

    def _axial_labels(self, labels: Image) -> npt.NDArray[np.uint8]:
        """A copy of the labels in axial order."""
        values = _as_label_values(labels)
        require_same_grid(labels, self._fat_map.fraction, "The segmentation", "the fat map")
        for role, image in self._images.items():
            require_same_grid(labels, image, "The segmentation", f"the {role.value.replace('_', ' ')} image")
        view = axial_view(labels, "The segmentation")
        if self._labels is None:
            self._frame = Frame(AxialGrid.of(view.image), self._fat_map, self._signal_name())
            self._voxels = self._in_axial_order(view.reorder)
        return np.array(view.reorder(values), order="C")

    def _signal_name(self) -> str | None:
        return next((role.value for role in SIGNAL_PREFERENCE if role in self._images), None)

    def _in_axial_order(self, reorder) -> Voxels:  # type: ignore[no-untyped-def]
        fat_map, name = self._fat_map, self._signal_name()
        return Voxels(
            fraction=reorder(fat_map.fraction.array),
            fat=None if fat_map.fat_signal is None else reorder(fat_map.fat_signal),
            total=None if fat_map.total_signal is None else reorder(fat_map.total_signal),
            signal=None if name is None else reorder(self._images[Role(name)].array),
        )

    def _changed(self, array: npt.NDArray[np.uint8]) -> list[int]:
        if self._labels is None:
            return list(range(array.shape[0]))
        return [k for k in range(array.shape[0]) if not np.array_equal(array[k], self._labels[k])]

    def _forget(self, slices: Iterable[int], values: set[int]) -> None:
        """Drop the cached rows that the change of these label values in these slices made untrue."""
        slices = set(slices)
        for key in [key for key in self._slice_rows if key[1] in slices and not values.isdisjoint(key[0].values)]:
            del self._slice_rows[key]
        for measurand in [measurand for measurand in self._rows if not values.isdisjoint(measurand.values)]:
            del self._rows[measurand]

    def _measure(self, measurands: Sequence[Measurand]) -> Measurement:
        nearest = nearest_slices(self._levels, self._frame.grid)
        for measurand in measurands:
            if measurand not in self._rows:
                self._rows[measurand] = self._rows_of(measurand)
        rows: list[MutableRow] = [self._rows[measurand][0] for measurand in measurands]
        rows += [self._level_row(measurand, found) for found in nearest for measurand in measurands]
        for measurand in measurands:
            by_slice = self._rows[measurand][1]
            rows += [by_slice[k] for k in sorted(by_slice)]
        return Measurement(Table(rows), self._fat_map, self._levels)

    def _rows_of(self, measurand: Measurand) -> tuple[MutableRow, dict[int, MutableRow]]:
        """Whole row, and slice number to slice row."""
        by_slice = self._slices_with(measurand.values)
        perpendicular = self._perpendicular_areas(measurand) if measurand.is_muscle else {}
        rows = {}
        for k, pieces in by_slice.items():
            key = (measurand, k)
            if key not in self._slice_rows:
                self._slice_rows[key] = slice_row(self._frame, measurand, k, pieces)
            rows[k] = add_axis(self._slice_rows[key], perpendicular.get(k)) if measurand.is_muscle else self._slice_rows[key]
        return whole_row(self._frame, measurand, by_slice), rows

    def _slices_with(self, values: Sequence[int]) -> dict[int, Pieces]:
        return {k: pieces for k, pieces in enumerate(self._statistics) if any(value in pieces for value in values)}

    def _perpendicular_areas(self, measurand: Measurand) -> dict[int, float]:
        """Slice number to the sum of its muscles' areas, each perpendicular to its own axis, where all axes are known."""
        total: dict[int, float] = {}
        unknown: set[int] = set()
        for part in measurand.parts:
            areas = self._areas(part)
            cosines = self._cosines(part, areas)
            for k, area in areas.items():
                total[k] = total.get(k, 0.0) + area * cosines.get(k, 0.0)
                unknown |= set() if k in cosines else {k}
        return {k: area for k, area in total.items() if k not in unknown}

    def _areas(self, part: Sequence[int]) -> dict[int, float]:
        pixel = self._frame.grid.pixel_area_mm2
        slices = self._slices_with(part)
        return {k: sum(pieces[v].voxels for v in part if v in pieces) * pixel for k, pieces in slices.items()}

    def _cosines(self, part: Sequence[int], areas: Mapping[int, float]) -> dict[int, float]:
        spacing = self._frame.grid.spacing
        centroids = {}
        for k in areas:
            pieces = self._statistics[k]
            sums = [(pieces[v].voxels, pieces[v].sum_i, pieces[v].sum_j) for v in part if v in pieces]
            centroids[k] = in_plane_centroid(sums, spacing)
        return obliquity_cosines(centroids, areas, spacing[2])

    def _level_row(self, measurand: Measurand, found: NearestSlice) -> MutableRow:
        of_slice = self._rows[measurand][1].get(found.slice) if found.slice is not None else None
        disc = self._statistics[found.slice].get(DISC) if found.slice is not None else None
        return level_row(measurand, found, of_slice, disc.voxels * self._frame.grid.pixel_area_mm2 if disc else None)


def _differing(old: Pieces, new: Pieces, before: np.ndarray | None, after: np.ndarray, k: int) -> set[int]:
    """Label values whose voxels in slice k changed."""
    if before is None:
        return set(new)
    where = before[k] != after[k]
    values = np.union1d(before[k][where], after[k][where])
    return {int(value) for value in values} & (set(old) | set(new))


def _as_label_values(labels: Image) -> np.ndarray:
    """The labels as uint8.

    Raises:
        InputError: they are fractions, negative or above 255.
    """
    array = labels.array
    if array.dtype == np.uint8:
        return array
    if array.size == 0 or array.min() < 0 or array.max() > 255 or not np.array_equal(array, np.floor(array)):
        raise InputError(
            "The segmentation does not hold label values (whole numbers from 0 to 255). "
            "Give a label image, not an intensity image."
        )
    return array.astype(np.uint8)
