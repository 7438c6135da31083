"""MeasuringSession: measures a case once, then again after each edit by looking only at what changed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ParaspinalFatLib.anatomy import BY_IDENTIFIER, BY_VALUE
from ParaspinalFatLib.errors import MeasurementError
from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.imaging.axial import AxialView, axial_view
from ParaspinalFatLib.imaging.grids import require_same_grid
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Images, Role, require_one_grid
from ParaspinalFatLib.measurement.grid import AxialGrid
from ParaspinalFatLib.measurement.labelled_slices import Change, LabelledSlices, as_label_values, measured_slices
from ParaspinalFatLib.measurement.level_detection import LABEL_OF, DetectedLevels, LevelSearch, detect_levels
from ParaspinalFatLib.measurement.levels import Level, NearestSlice, nearest_slices
from ParaspinalFatLib.measurement.measurands import Measurand, measurands_of
from ParaspinalFatLib.measurement.observation import Observation
from ParaspinalFatLib.measurement.perpendicular import perpendicular_areas
from ParaspinalFatLib.measurement.published_ranges import published_ranges
from ParaspinalFatLib.measurement.quality import (
    level_observations,
    mask_observations,
    size_observations,
    unknown_label_observation,
)
from ParaspinalFatLib.measurement.references import Person, Reference, load_references
from ParaspinalFatLib.measurement.result import Measurement
from ParaspinalFatLib.measurement.rows import (
    Frame,
    MutableRow,
    add_axis,
    covered_mm,
    level_row,
    slice_row,
    whole_row,
    with_flags,
    with_reference,
)
from ParaspinalFatLib.measurement.slice_statistics import Voxels
from ParaspinalFatLib.measurement.table import Table

DISC = BY_IDENTIFIER["IVD"].value

SIGNAL_PREFERENCE = (Role.ANATOMY, Role.WATER, Role.IN_PHASE, Role.FAT, Role.OPPOSED_PHASE)
"""Images whose signal intensity is measured, the first one present. A fat-fraction map has no signal intensity."""

_Rows = tuple[MutableRow, dict[int, MutableRow]]
"""The whole row of a measurand, and slice number to slice row."""


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

    def __init__(
        self,
        images: Images,
        labels: Image,
        fat_map: FatMap,
        levels: Sequence[Level] = (),
        *,
        search: LevelSearch = LevelSearch(),  # noqa: B008  frozen
        person: Person = Person(),  # noqa: B008  frozen
        references: Sequence[Reference] = (),
        observations: Sequence[Observation] = (),
    ) -> None:
        """Measure everything.

        Args:
            images: the images of the case, all on one grid.
            labels: values of :mod:`ParaspinalFatLib.anatomy` on that grid.
            fat_map: fat fractions on that grid.
            levels: named positions at which level rows are made.
            search: without any, the levels to look for in the labels.
            person: sex and age, where references need them.
            references: the user's own reference values, preferred to the published ones.
            observations: what is known about the case already, to be reported and flagged with the rest.

        Raises:
            GeometryError: the grids differ, or are not near axial.
            InputError: the labels are not label values; two levels have one name.
            MeasurementError: no muscle is labelled.
        """
        if images:
            require_one_grid(images)
        self._images = images
        self._given_levels = tuple(levels)
        self._search = search
        self._person = person
        self._references = (*references, *load_references())
        self._slices: LabelledSlices | None = None
        self._slice_rows: dict[tuple[Measurand, int], MutableRow] = {}
        self._rows: dict[Measurand, _Rows] = {}
        self._detected = DetectedLevels(())
        self._fat_map = fat_map
        self._observations = tuple(observations)
        self.measurement = self.update(labels)

    def update(
        self, labels: Image, fat_map: FatMap | None = None, observations: Sequence[Observation] | None = None
    ) -> Measurement:
        """Measure edited labels.

        Args:
            labels: as at the start, on the same grid; what differs from the last call is found here.
            fat_map: the new fat map, if the edit or another threshold changed it.
            observations: what replaces the observations given before.

        Raises:
            GeometryError, InputError, MeasurementError: as at the start; the session then stays as it was.
        """
        new_map = self._fat_map if fat_map is None else fat_map
        values = as_label_values(labels)
        view = self._on_one_grid(labels, new_map)
        array = np.array(view.reorder(values), order="C")
        voxels = self._slices.voxels if self._slices is not None and fat_map is None else self._voxels(view, new_map)
        slices, change = measured_slices(array, voxels, self._slices)
        if not any(BY_VALUE[value].is_muscle for value in slices.present):
            raise MeasurementError("No muscle is labelled in this segmentation. Outline at least one, then measure again.")
        frame = Frame(AxialGrid.of(view.image), new_map, self._signal_name())
        detected = self._levels_of(slices, frame.grid, change)
        nearest = nearest_slices(self._given_levels or detected.levels, frame.grid)

        self._forget(change, new_map)
        self._slices, self._frame, self._detected, self._fat_map = slices, frame, detected, new_map
        self._observations = self._observations if observations is None else tuple(observations)
        self.measurement = self._measure(nearest)
        return self.measurement

    def _on_one_grid(self, labels: Image, fat_map: FatMap) -> AxialView:
        require_same_grid(labels, fat_map.fraction, "The segmentation", "the fat map")
        for role, image in self._images.items():
            require_same_grid(labels, image, "The segmentation", f"the {role.value.replace('_', ' ')} image")
        return axial_view(
            fat_map.fraction, "The image"
        )  # its geometry, not that of every edit, which may differ by rounding

    def _signal_name(self) -> str | None:
        return next((role.value for role in SIGNAL_PREFERENCE if role in self._images), None)

    def _voxels(self, view: AxialView, fat_map: FatMap) -> Voxels:
        name = self._signal_name()
        return Voxels(
            fraction=view.reorder(np.asarray(fat_map.fraction.array, np.float32)),
            fat=None if fat_map.fat_signal is None else view.reorder(fat_map.fat_signal),
            total=None if fat_map.total_signal is None else view.reorder(fat_map.total_signal),
            signal=None if name is None else view.reorder(self._images[Role(name)].array),
        )

    def _levels_of(self, slices: LabelledSlices, grid: AxialGrid, change: Change) -> DetectedLevels:
        if self._given_levels:
            return DetectedLevels(())
        value, search = LABEL_OF[self._search.kind], self._search
        if value not in change.values:
            return self._detected
        return detect_levels(slices.labels, grid, search.kind, search.most_caudal, slices.box_of(value))

    def _forget(self, change: Change, fat_map: FatMap) -> None:
        """Drop the cached rows that the change made untrue."""
        if (fat_map.method, fat_map.not_validated) != (self._fat_map.method, self._fat_map.not_validated):
            self._slice_rows.clear()
            self._rows.clear()
        for key in [
            key for key in self._slice_rows if key[1] in change.slices and not change.values.isdisjoint(key[0].values)
        ]:
            del self._slice_rows[key]
        for measurand in [measurand for measurand in self._rows if not change.values.isdisjoint(measurand.values)]:
            del self._rows[measurand]

    def _measure(self, nearest: Sequence[NearestSlice]) -> Measurement:
        assert self._slices is not None
        measurands = measurands_of(self._slices.present)
        self._rows = {
            measurand: self._rows.get(measurand) or self._rows_of(measurand, self._slices) for measurand in measurands
        }
        observations = self._all_observations(measurands, nearest, self._slices)
        rows = [with_flags(self._rows[measurand][0], measurand, observations) for measurand in measurands]
        rows += [self._level_row(measurand, found, self._slices) for found in nearest for measurand in measurands]
        for measurand in measurands:
            rows += self._rows[measurand][1].values()
        return Measurement(Table(rows), self._fat_map, tuple(found.level for found in nearest), observations)

    def _rows_of(self, measurand: Measurand, slices: LabelledSlices) -> _Rows:
        by_slice = slices.slices_with(measurand.values)
        perpendicular = perpendicular_areas(measurand, slices, self._frame.grid) if measurand.is_muscle else {}
        rows = {}
        for k, pieces in by_slice.items():
            key = (measurand, k)
            if key not in self._slice_rows:
                self._slice_rows[key] = slice_row(self._frame, measurand, k, pieces)
            rows[k] = add_axis(self._slice_rows[key], perpendicular.get(k)) if measurand.is_muscle else self._slice_rows[key]
        whole = whole_row(self._frame, measurand, by_slice)
        extent = covered_mm(measurand, by_slice, self._frame.grid)
        return with_reference(whole, measurand, self._references, self._person, extent), rows

    def _level_row(self, measurand: Measurand, found: NearestSlice, slices: LabelledSlices) -> MutableRow:
        here = {} if found.slice is None else slices.pieces[found.slice]
        of_slice = None if found.slice is None else self._rows[measurand][1].get(found.slice)
        disc_mm2 = here[DISC].voxels * self._frame.grid.pixel_area_mm2 if DISC in here else None
        row = level_row(measurand, found, of_slice, disc_mm2)
        return row if found.is_far else with_reference(row, measurand, self._references, self._person)

    def _all_observations(
        self, measurands: Sequence[Measurand], nearest: Sequence[NearestSlice], slices: LabelledSlices
    ) -> tuple[Observation, ...]:
        grid = self._frame.grid
        return (
            *self._observations,
            *mask_observations(slices.pieces, grid),
            *level_observations(nearest),
            *size_observations(measurands, slices.pieces, nearest, grid, published_ranges()),
            *self._detected.observations,
            *unknown_label_observation(slices.counts.sum(axis=0)),
        )
