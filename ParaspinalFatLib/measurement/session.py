"""MeasuringSession: measures a case once, then again after each edit by looking only at what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ParaspinalFatLib.anatomy import BY_IDENTIFIER, BY_VALUE
from ParaspinalFatLib.errors import MeasurementError
from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.imaging.axial import AxialView, axial_view
from ParaspinalFatLib.imaging.grids import require_same_grid
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Images, Role, require_one_grid
from ParaspinalFatLib.measurement.grid import AxialGrid
from ParaspinalFatLib.measurement.kept_rows import KeptRows
from ParaspinalFatLib.measurement.labelled_slices import Change, LabelledSlices, as_label_values, measured_slices
from ParaspinalFatLib.measurement.level_detection import LABEL_OF, DetectedLevels, LevelSearch, detect_levels
from ParaspinalFatLib.measurement.level_rows import level_row
from ParaspinalFatLib.measurement.levels import Level, NearestSlice, nearest_slices
from ParaspinalFatLib.measurement.measurands import Measurand, measurands_of
from ParaspinalFatLib.measurement.observation import Observation
from ParaspinalFatLib.measurement.published_ranges import published_ranges
from ParaspinalFatLib.measurement.quality import (
    level_observations,
    mask_observations,
    size_observations,
    unknown_label_observation,
)
from ParaspinalFatLib.measurement.references import Person, Reference, load_references
from ParaspinalFatLib.measurement.result import Measurement
from ParaspinalFatLib.measurement.rows import Frame, MutableRow, with_reference
from ParaspinalFatLib.measurement.slice_statistics import Voxels
from ParaspinalFatLib.measurement.table import Table
from ParaspinalFatLib.measurement.whole_rows import with_flags

DISC = BY_IDENTIFIER["IVD"].value

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
        self._frame: Frame | None = None
        self._rows = KeptRows(self._references, person)
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

        self._rows = self._rows_after(change, frame)
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
        return Voxels(
            fraction=view.reorder(np.asarray(fat_map.fraction.array, np.float32)),
            fat=None if fat_map.fat_signal is None else view.reorder(fat_map.fat_signal),
            total=None if fat_map.total_signal is None else view.reorder(fat_map.total_signal),
            signal=self._signal(view),
        )

    def _signal(self, view: AxialView) -> np.ndarray | None:
        """The image whose intensity is measured: one and the same array each time, so that it need not be compared."""
        if self._slices is not None:
            return self._slices.voxels.signal
        name = self._signal_name()
        return None if name is None else view.reorder(self._images[Role(name)].array)

    def _levels_of(self, slices: LabelledSlices, grid: AxialGrid, change: Change) -> DetectedLevels:
        if self._given_levels:
            return DetectedLevels(())
        value, search = LABEL_OF[self._search.kind], self._search
        if value not in change.values:
            return self._detected
        return detect_levels(slices.labels, grid, search.kind, search.most_caudal, slices.box_of(value), search.places)

    def _rows_after(self, change: Change, frame: Frame) -> KeptRows:
        """The rows without those that the change made untrue."""
        former = self._frame
        if former is None or not np.array_equal(former.grid.affine, frame.grid.affine):
            return KeptRows(self._references, self._person)
        if (former.fat_map.method, former.fat_map.not_validated) != (frame.fat_map.method, frame.fat_map.not_validated):
            self._rows.forget_fat()
        self._rows.forget(change)
        return self._rows

    def _measure(self, nearest: Sequence[NearestSlice]) -> Measurement:
        assert self._slices is not None
        assert self._frame is not None
        measurands = measurands_of(self._slices.present)
        made = {measurand: self._rows.of(self._frame, measurand, self._slices) for measurand in measurands}
        observations = self._all_observations(measurands, nearest, self._slices)
        rows = [with_flags(made[measurand][0], measurand, observations) for measurand in measurands]
        for found in nearest:
            rows += [self._level_row(measurand, found, made[measurand][1], self._slices) for measurand in measurands]
        for measurand in measurands:
            rows += made[measurand][1].values()
        return Measurement(Table(rows), self._fat_map, tuple(found.level for found in nearest), observations)

    @property
    def _grid(self) -> AxialGrid:
        assert self._frame is not None
        return self._frame.grid

    def _level_row(
        self, measurand: Measurand, found: NearestSlice, by_slice: Mapping[int, MutableRow], slices: LabelledSlices
    ) -> MutableRow:
        here = {} if found.slice is None else slices.pieces[found.slice]
        of_slice = None if found.slice is None else by_slice.get(found.slice)
        disc_mm2 = here[DISC].voxels * self._grid.pixel_area_mm2 if DISC in here else None
        row = level_row(measurand, found, of_slice, disc_mm2)
        return row if found.is_far else with_reference(row, measurand, self._references, self._person)

    def _all_observations(
        self, measurands: Sequence[Measurand], nearest: Sequence[NearestSlice], slices: LabelledSlices
    ) -> tuple[Observation, ...]:
        grid = self._grid
        return (
            *self._observations,
            *mask_observations(slices.pieces, grid),
            *level_observations(nearest),
            *size_observations(measurands, slices.pieces, nearest, grid, published_ranges()),
            *self._detected.observations,
            *unknown_label_observation(slices.counts.sum(axis=0)),
        )
