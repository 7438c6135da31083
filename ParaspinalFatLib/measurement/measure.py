"""Measure labels once: fat, size and signal of every labelled structure, in one table."""

from __future__ import annotations

from collections.abc import Sequence

from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Images
from ParaspinalFatLib.measurement.level_detection import LevelSearch
from ParaspinalFatLib.measurement.levels import Level
from ParaspinalFatLib.measurement.observation import Observation
from ParaspinalFatLib.measurement.references import Person, Reference
from ParaspinalFatLib.measurement.result import Measurement
from ParaspinalFatLib.measurement.session import MeasuringSession


def measure_labels(
    images: Images,
    labels: Image,
    fat_map: FatMap,
    levels: Sequence[Level] = (),
    *,
    search: LevelSearch = LevelSearch(),  # noqa: B008  frozen
    person: Person = Person(),  # noqa: B008  frozen
    references: Sequence[Reference] = (),
    observations: Sequence[Observation] = (),
) -> Measurement:
    """Measure every labelled structure; :class:`MeasuringSession` describes arguments and errors.

    To measure again after edits, keep a :class:`MeasuringSession` instead.
    """
    session = MeasuringSession(
        images, labels, fat_map, levels, search=search, person=person, references=references, observations=observations
    )
    return session.measurement
