"""CaseSession: one case measured again and again while its labels or settings change, looking only at what changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.fat.gathering import MuscleGatherer
from ParaspinalFatLib.fat.methods import FatMapper, fat_mapper
from ParaspinalFatLib.fat.muscle_voxels import MuscleVoxels
from ParaspinalFatLib.fat.quality import Memory, fat_observations
from ParaspinalFatLib.imaging.grids import require_same_grid
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Images, require_one_grid, segmentation_role
from ParaspinalFatLib.measurement.level_detection import LevelSearch
from ParaspinalFatLib.measurement.levels import Level
from ParaspinalFatLib.measurement.observation import Observation
from ParaspinalFatLib.measurement.references import Person, Reference
from ParaspinalFatLib.measurement.result import Measurement
from ParaspinalFatLib.measurement.session import MeasuringSession


@dataclass(frozen=True)
class MeasurementSettings:
    """What to measure and how; all of it is recorded in the provenance.

    Attributes:
        fat_method: a name of :data:`fat.methods.METHODS`, or ``auto``: Dixon where the images allow it, else ``otsu``.
        fat_parameters: the method's own options (``shared``, ``bias_correction``, ``threshold`` ...).
        levels: named positions (mid-disc L1/2 ...) at which rows by level are made.
        search: without any, which levels to look for in the labels; discs are numbered unless the lowest one is named.
        person: sex and age, which some published references need.
        references: the user's own reference values, preferred to the published ones.
    """

    fat_method: str = "auto"
    fat_parameters: Mapping[str, object] = field(default_factory=dict)
    levels: Sequence[Level] = ()
    search: LevelSearch = field(default_factory=LevelSearch)
    person: Person = field(default_factory=Person)
    references: Sequence[Reference] = ()


class CaseSession:
    """Measures one case again and again while its labels or its settings change, looking only at what changed.

    Label images are kept and compared with the next ones: do not write to them after they were measured.

    Attributes:
        images: the images of the case, all on one grid.
        settings: method, parameters and levels.
        measurement: the last result; None before the first.
    """

    def __init__(
        self,
        images: Images,
        settings: MeasurementSettings,
        observations: Sequence[Observation] = (),
        gather: MuscleGatherer | None = None,
    ) -> None:
        """
        Args:
            images: the images of the case.
            settings: what to measure and how.
            observations: what is known about the case already, to be reported and flagged with the rest.
            gather: has found the muscle voxels of the same labels already, if anything has.

        Raises:
            GeometryError: the images' grids differ.
            MeasurementError: the fat method cannot be applied to these images.
        """
        require_one_grid(images)
        self.images = images
        self.settings = settings
        self.measurement: Measurement | None = None
        self._known = tuple(observations)
        self._gather = MuscleGatherer() if gather is None else gather
        self._mapper: FatMapper = fat_mapper(images, settings.fat_method, settings.fat_parameters, self._gather)
        self._seen_in_images: Memory = {}
        self._labels: Image | None = None
        self._fat_map: FatMap | None = None
        self._session: MeasuringSession | None = None

    def tell(self, observations: Sequence[Observation]) -> None:
        """Report and flag these observations, from the next measurement on, instead of those given at the start."""
        self._known = tuple(observations)
        self._labels = None

    def has_measured(self, labels: Image) -> bool:
        """Whether the last result is that of these labels."""
        last = self._labels
        return last is not None and np.array_equal(last.array, labels.array) and np.array_equal(last.affine, labels.affine)

    def measure(self, labels: Image) -> Measurement:
        """Measure labels on the images' grid.

        Raises:
            GeometryError: grids differ, or are not near axial.
            MeasurementError: no muscle is labelled.
        """
        for _piece in self.pieces(labels):
            pass
        assert self.measurement is not None
        return self.measurement

    def pieces(self, labels: Image) -> Iterator[None]:
        """:meth:`measure` in small pieces: the work of one is done when the iterator is asked for it."""
        if self.has_measured(labels):
            return
        require_same_grid(labels, next(iter(self.images.values())), "The segmentation", "the image")
        fat_map = self._mapper(labels)
        yield
        observations = (*self._seen(labels, fat_map), *self._known)
        yield
        if self._session is None:
            self._session = self._new_session(labels, fat_map, observations)
        else:
            self._session.update(labels, None if fat_map is self._fat_map else fat_map, observations)
        self._labels, self._fat_map = labels, fat_map
        self.measurement = self._session.measurement
        yield

    def inside(self, labels: Image) -> MuscleVoxels:
        """The muscle voxels of uint8 labels on the images' grid, with the signal of the image that was outlined.

        Raises:
            MeasurementError: no muscle is labelled.
        """
        return self._gather(labels.array, self.images[segmentation_role(self.images)].array)

    def _seen(self, labels: Image, fat_map: FatMap) -> tuple[Observation, ...]:
        return fat_observations(self.images, labels, fat_map, self._seen_in_images, self._gather)

    def with_settings(self, settings: MeasurementSettings) -> CaseSession:
        """A session of the same case with other settings, which has yet to measure.

        Where only the fat method or its parameters differ, what does not depend on them is taken over: this session must
        not be used any more once the new one has measured.
        """
        other = CaseSession(self.images, settings, self._known, self._gather)
        other._seen_in_images = self._seen_in_images
        if _besides_fat(settings) == _besides_fat(self.settings):
            other._session = self._session
        return other

    def _new_session(self, labels: Image, fat_map: FatMap, observations: Sequence[Observation]) -> MeasuringSession:
        return MeasuringSession(
            self.images,
            labels,
            fat_map,
            self.settings.levels,
            search=self.settings.search,
            person=self.settings.person,
            references=self.settings.references,
            observations=observations,
        )


def _besides_fat(settings: MeasurementSettings) -> tuple[object, ...]:
    return tuple(settings.levels), settings.search, settings.person, tuple(settings.references)
