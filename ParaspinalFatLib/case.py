"""One case from images to table: the story of the program in one short file.

images -> labels (the network, in its own process) -> fat map -> table. The panel, the command, the Slicer script and the
batch job all call these functions, so their numbers agree to the last digit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ParaspinalFatLib.fat.methods import FatMapper, fat_mapper
from ParaspinalFatLib.fat.quality import fat_observations
from ParaspinalFatLib.imaging.grids import require_same_grid
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Images, require_one_grid, segmentation_role
from ParaspinalFatLib.measurement.level_detection import LevelSearch
from ParaspinalFatLib.measurement.levels import Level
from ParaspinalFatLib.measurement.measure import measure_labels
from ParaspinalFatLib.measurement.references import Person
from ParaspinalFatLib.measurement.result import Measurement
from ParaspinalFatLib.progress import Progress, no_progress, part


class Segmenter(Protocol):
    """Outlines the structures of one image; the real one is :class:`segmentation.process.WorkerSegmenter`."""

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
    """

    fat_method: str = "auto"
    fat_parameters: Mapping[str, object] = field(default_factory=dict)
    levels: Sequence[Level] = ()
    search: LevelSearch = field(default_factory=LevelSearch)
    person: Person = field(default_factory=Person)


@dataclass(frozen=True)
class FinishedCase:
    """A case from images to table."""

    labels: Image
    measurement: Measurement


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
    return _measured(images, labels, fat_mapper(images, settings.fat_method, settings.fat_parameters), settings)


def process(
    images: Images, segment: Segmenter, settings: MeasurementSettings, progress: Progress = no_progress
) -> FinishedCase:
    """Outline and measure one case; see :func:`measure` for the errors."""
    require_one_grid(images)
    # Before the network's long work, so that images without a fat fraction are refused at once.
    mapper = fat_mapper(images, settings.fat_method, settings.fat_parameters)
    labels = segment(images[segmentation_role(images)], part(progress, 0.0, 0.9))
    progress(0.9, "Measuring")
    measurement = _measured(images, labels, mapper, settings)
    progress(1.0, "Done")
    return FinishedCase(labels, measurement)


def _measured(images: Images, labels: Image, mapper: FatMapper, settings: MeasurementSettings) -> Measurement:
    require_same_grid(labels, next(iter(images.values())), "The segmentation", "the image")
    fat_map = mapper(labels)
    observations = fat_observations(images, labels, fat_map)
    return measure_labels(
        images,
        labels,
        fat_map,
        settings.levels,
        search=settings.search,
        person=settings.person,
        observations=observations,
    )
