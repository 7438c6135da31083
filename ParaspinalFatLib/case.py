"""One case from images to table: the story of the program in one short file.

images -> labels (the network, in its own process) -> fat map -> table. The panel, the command, the Slicer script and the
batch job all call these functions, so their numbers agree to the last digit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ParaspinalFatLib.case_session import CaseSession, MeasurementSettings
from ParaspinalFatLib.fat.learned import LEARNED, PredictedFraction, fingerprint
from ParaspinalFatLib.fat.methods import method_for
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Images, Role, require_one_grid, segmentation_role
from ParaspinalFatLib.level_naming import FindLevels, LevelNames, names_of
from ParaspinalFatLib.measurement.observation import Observation
from ParaspinalFatLib.measurement.result import Measurement
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
class FinishedCase:
    """A case from images to table.

    Attributes:
        labels: the outlines.
        measurement: of them.
        learned_fraction: if the fat method ``learned`` was asked for.
        names: what the levels are called, if somebody looked.
    """

    labels: Image
    measurement: Measurement
    learned_fraction: PredictedFraction | None = None
    names: LevelNames = LevelNames()  # noqa: RUF009  frozen


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
    names = names_of(find_levels, shown, labels, settings, part(progress, 0.85, 0.9))
    if names.places:
        session = session.with_settings(names.applied(settings))
    session.tell((*told, *names.told))
    progress(0.9, "Measuring")
    measurement = session.measure(labels)
    progress(1.0, "Done")
    return FinishedCase(labels, measurement, learned_fraction_in(images), names)


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
