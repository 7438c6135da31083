"""One case from images to table: the story of the program in one short file.

images -> labels (the network, in its own process) -> fat map -> table. The panel, the command, the Slicer script and the
batch job all call these functions, so their numbers agree to the last digit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.fat.gathering import MuscleGatherer
from ParaspinalFatLib.fat.learned import LEARNED, PredictedFraction, fingerprint
from ParaspinalFatLib.fat.methods import FatMapper, fat_mapper, method_for
from ParaspinalFatLib.fat.muscle_voxels import MuscleVoxels
from ParaspinalFatLib.fat.quality import Memory, fat_observations
from ParaspinalFatLib.imaging.grids import require_same_grid
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Images, Role, require_one_grid, segmentation_role
from ParaspinalFatLib.level_naming import FindLevels, with_names
from ParaspinalFatLib.measurement.level_detection import LevelSearch
from ParaspinalFatLib.measurement.levels import Level
from ParaspinalFatLib.measurement.observation import Observation
from ParaspinalFatLib.measurement.references import Person, Reference
from ParaspinalFatLib.measurement.result import Measurement
from ParaspinalFatLib.measurement.session import MeasuringSession
from ParaspinalFatLib.progress import Progress, no_progress, part

LEARNED_SHARE = 0.25
"""Part of the progress of a case that predicting the fat fraction takes."""


class FatPredictor(Protocol):
    """Predicts the fat fraction of T1 or T2; the real one is :class:`segmentation.fat_process.WorkerFatPredictor`."""

    def __call__(self, image: Image, progress: Progress) -> tuple[Image, Mapping[str, object]]:
        """Fraction (float32, 0 to 1, NaN without an answer) on the grid of ``image``, and facts for the provenance."""
        ...


class Segmenter(Protocol):
    """Outlines the structures of one image; the real one is :class:`segmentation.process.WorkerSegmenter`.

    A segmenter may have an attribute ``observations``: what the reader should know about its last outlines
    (:func:`told_by`).
    """

    def __call__(self, image: Image, progress: Progress) -> Image:
        """Label image (uint8, values of :mod:`anatomy`) on the grid of ``image``."""
        ...


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


@dataclass(frozen=True)
class FinishedCase:
    """A case from images to table; ``learned_fraction`` is there if the fat method ``learned`` was asked for."""

    labels: Image
    measurement: Measurement
    learned_fraction: PredictedFraction | None = None


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


def measure(images: Images, labels: Image, settings: MeasurementSettings) -> Measurement:
    """Measure fat and size of every labelled structure.

    Args:
        images: the images of the case, all on one grid.
        labels: uint8 label image on the same grid.
        settings: method, parameters and levels.

    Raises:
        GeometryError: grids differ, or are not near axial.
        MeasurementError: no muscle is labelled, or the fat method cannot be applied to these images.
    """
    return CaseSession(images, settings).measure(labels)


def process(
    images: Images,
    segment: Segmenter,
    settings: MeasurementSettings,
    progress: Progress = no_progress,
    predict_fat: FatPredictor | None = None,
    find_levels: FindLevels | None = None,
) -> FinishedCase:
    """Outline and measure one case; see :func:`measure` for the errors.

    Args:
        predict_fat: for the fat method ``learned`` only; None for the bundled network in a process of its own.
        find_levels: names the levels where the settings neither give any nor name the lowest; None to number them.
    """
    require_one_grid(images)
    begun = LEARNED_SHARE if settings.fat_method == LEARNED else 0.0
    images = with_learned_fraction(images, settings, predict_fat, part(progress, 0.0, begun))
    # Before the network's long work, so that images without a fat fraction are refused at once.
    session = CaseSession(images, settings)
    shown = images[segmentation_role(images)]
    labels = segment(shown, part(progress, begun, 0.85))
    told = told_by(segment)
    if find_levels is not None and not settings.levels and settings.search.most_caudal is None:
        named = find_levels(shown, labels, part(progress, 0.85, 0.9))
        search, levels, about_levels = with_names(settings.search, labels, named)
        settings, told = replace(settings, search=search, levels=levels), (*told, *about_levels)
        session = session.with_settings(settings)
    session.tell(told)
    progress(0.9, "Measuring")
    measurement = session.measure(labels)
    progress(1.0, "Done")
    return FinishedCase(labels, measurement, learned_fraction_in(images))


def with_learned_fraction(
    images: Images,
    settings: MeasurementSettings,
    predict_fat: FatPredictor | None = None,
    progress: Progress = no_progress,
) -> Images:
    """The images, with the predicted fat fraction if the settings ask for the method ``learned`` and it is not there yet.

    Raises:
        MeasurementError: the method does not fit the images.
        ParaspinalFatError: the prediction failed; see :class:`segmentation.fat_process.WorkerFatPredictor`.
    """
    if not lacks_learned_fraction(images, settings):
        return images
    method_for(images, settings.fat_method)
    if predict_fat is None:
        from ParaspinalFatLib.segmentation.fat_process import WorkerFatPredictor

        predict_fat = WorkerFatPredictor()
    anatomy = images[Role.ANATOMY]
    source = fingerprint(anatomy.array)
    fraction, record = predict_fat(anatomy, progress)
    return {**images, Role.LEARNED_FRACTION: PredictedFraction(fraction.array, fraction.affine, source, record)}


def learned_fraction_in(images: Images) -> PredictedFraction | None:
    """The fat fraction that was predicted for a case; None if none was."""
    learned = images.get(Role.LEARNED_FRACTION)
    return learned if isinstance(learned, PredictedFraction) else None


def lacks_learned_fraction(images: Images, settings: MeasurementSettings) -> bool:
    """Whether a fat fraction must be predicted before these images can be measured with these settings."""
    return settings.fat_method == LEARNED and Role.LEARNED_FRACTION not in images


def told_by(segmenter: Segmenter) -> tuple[Observation, ...]:
    """What a segmenter says about its last outlines; nothing if it is a plain function."""
    return tuple(getattr(segmenter, "observations", ()))


def _besides_fat(settings: MeasurementSettings) -> tuple[object, ...]:
    return tuple(settings.levels), settings.search, settings.person, tuple(settings.references)
