"""Levels named from the images themselves: midline planes -> the level network -> counting -> names for the outlined discs.

The plane is cut from the axial stack along the outlined spine, or from a sagittal series of the same examination; names
found there are carried over by their place in the patient. :class:`LevelFinder` does all of it; who runs the network in
another way calls :func:`level_view.level_view` before it and :func:`named_in` after it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.case_session import MeasurementSettings
from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.level_view import AXIAL, LevelView, level_view
from ParaspinalFatLib.measurement.grid import AxialGrid
from ParaspinalFatLib.measurement.level_counting import Counting, count_levels
from ParaspinalFatLib.measurement.level_detection import SAME_LEVEL_MM, LevelSearch, levels_from_labels
from ParaspinalFatLib.measurement.level_names import LevelKind
from ParaspinalFatLib.measurement.levels import Level
from ParaspinalFatLib.measurement.observation import Observation
from ParaspinalFatLib.measurement.spine_classes import SpineClass
from ParaspinalFatLib.progress import Progress, no_progress

NAMED, NOT_NAMED = "levels_named_automatically", "levels_not_named"
"""Codes of what is said about the names."""


class LevelNetwork(Protocol):
    """Looks at midline planes; the real one is :class:`segmentation.levels_process.WorkerLevelNetwork`."""

    def __call__(self, planes: npt.NDArray[np.float32], progress: Progress) -> npt.NDArray[np.float32]:
        """Probabilities (n, classes, h, w) of planes (n, h, w)."""
        ...


@dataclass(frozen=True)
class NamedLevels:
    """Levels that were told, or why they were not.

    Attributes:
        levels: discs and vertebrae from caudal to cranial, RAS mm; empty if it cannot be told.
        confidence: 0 to 1.
        reason: why it cannot be told; empty if it can.
        seen_in: the series they were seen in, in words.
    """

    levels: tuple[Level, ...]
    confidence: float
    reason: str
    seen_in: str


@dataclass(frozen=True)
class LevelNames:
    """What the levels of a case are called, and how anybody knows.

    Attributes:
        places: named places of one kind from caudal to cranial, RAS mm; empty if levels are numbered.
        measured: measure at the places themselves, since no outlined level fits them; else outlined levels at these places
            have their names.
        told: what the reader should know about the naming.
        by_reader: somebody has said the names.
    """

    places: tuple[Level, ...] = ()
    measured: bool = False
    told: tuple[Observation, ...] = ()
    by_reader: bool = False

    def applied(self, settings: MeasurementSettings) -> MeasurementSettings:
        """The settings with these names, unless these say which levels there are, or look for others than were named."""
        if not self.places or not names_wanted(settings):
            return settings
        if self.measured:
            return replace(settings, levels=self.places)
        looked_for = LevelKind.DISC if settings.search.kind is LevelKind.DISC else LevelKind.VERTEBRA
        if any(place.kind is not looked_for for place in self.places):
            return settings
        return replace(settings, search=replace(settings.search, places=self.places))


FindLevels = Callable[[Image, Image, Progress], NamedLevels]
"""Names the levels of an image with its outlines; the real one is a :class:`LevelFinder`."""


class LevelFinder:
    """Names the levels of a case.

    Args:
        network: looks at the planes; None for the bundled one in a process of its own.
        sagittal: a sagittal series of the same examination; None to look at the axial images.
    """

    def __init__(self, network: LevelNetwork | None = None, sagittal: Image | None = None) -> None:
        self.network = network
        self.sagittal = sagittal

    def __call__(self, image: Image, labels: Image, progress: Progress = no_progress) -> NamedLevels:
        """The named levels of a case.

        Args:
            image: of the case.
            labels: its outlines.

        Raises:
            GeometryError: the sagittal series is none, or lies elsewhere in the patient.
            ParaspinalFatError: the network failed; see :class:`segmentation.levels_process.WorkerLevelNetwork`.
        """
        view = level_view(image, labels, self.sagittal)
        if view.planes is None:
            return unnamed(view.reason, view.seen_in)
        network = self.network
        if network is None:
            from ParaspinalFatLib.segmentation.levels_process import WorkerLevelNetwork

            network = WorkerLevelNetwork()
        return named_in(view, network(view.planes.images, progress))


def names_wanted(settings: MeasurementSettings) -> bool:
    """Whether nobody has said yet which levels there are: neither positions nor a name to count from."""
    return not settings.levels and settings.search.most_caudal is None and not settings.search.places


def names_of(
    find_levels: FindLevels | None,
    image: Image,
    labels: Image,
    settings: MeasurementSettings,
    progress: Progress = no_progress,
) -> LevelNames:
    """The names of a case's levels, looked for where they are wanted; without ``find_levels`` nobody says anything.

    Args:
        find_levels: looks for them.
        image: that was outlined.
        labels: its outlines.
        settings: of the measurement.

    Raises:
        ParaspinalFatError: as ``find_levels``.
    """
    if find_levels is None or not names_wanted(settings):
        return LevelNames()
    return with_names(settings.search, labels, find_levels(image, labels, progress))


def unnamed(reason: str, seen_in: str = AXIAL) -> NamedLevels:
    """Levels of which it cannot be told which they are."""
    return NamedLevels((), 0.0, reason, seen_in)


def named_in(view: LevelView, probabilities: npt.NDArray[np.float32]) -> NamedLevels:
    """The levels that the network has seen in a view.

    Args:
        view: with planes.
        probabilities: (n, classes, h, w) of its planes.
    """
    assert view.planes is not None
    plane, counting = counted(probabilities)
    levels = tuple(
        Level(one.name, view.planes.position(plane, one.row, one.column), one.kind, view.seen_in) for one in counting.levels
    )
    return NamedLevels(levels, counting.confidence, counting.reason, view.seen_in)


def counted(probabilities: npt.NDArray[np.float32]) -> tuple[int, Counting]:
    """The plane that shows most of the spine, and what is counted in it together with its neighbours.

    Args:
        probabilities: (n, classes, h, w) of parallel planes.
    """
    spine = 1 - probabilities[:, SpineClass.BACKGROUND]
    plane = int(np.argmax((spine > 0.5).sum(axis=(1, 2))))
    near = probabilities[max(0, plane - 1) : plane + 2]
    return plane, count_levels(near.mean(axis=0))


def with_names(search: LevelSearch, labels: Image, named: NamedLevels) -> LevelNames:
    """What the outlined levels are called; where none fits the named ones, the named places are to be measured.

    Args:
        search: which kind of level is looked for.
        labels: the outlines.
        named: what was found in the images.
    """
    if not named.levels:
        return LevelNames(told=(_not_told(named),))
    kind = LevelKind.DISC if search.kind is LevelKind.DISC else LevelKind.VERTEBRA
    places = tuple(level for level in named.levels if level.kind is kind)
    outlined = levels_from_labels(labels, kind).levels
    if _fit(outlined, places, AxialGrid.of(axial_view(labels).image)):
        return LevelNames(places, told=(_told(named),))
    if search.kind is LevelKind.ENDPLATE:
        return LevelNames(told=(_not_told(unnamed("the outlined vertebrae are not those named", named.seen_in)),))
    return LevelNames(places, measured=True, told=(_told(named),))


def _fit(outlined: Sequence[Level], named: Sequence[Level], grid: AxialGrid) -> bool:
    """Whether every outlined level among the named ones continues the count from the most caudal outlined one."""
    heights = np.array([grid.slice_coordinate(one.position) for one in named]) * grid.spacing[2]
    lowest: int | None = None
    for index, level in enumerate(outlined):
        height = grid.slice_coordinate(level.position) * grid.spacing[2]
        nearest = int(np.argmin(np.abs(heights - height)))
        if abs(heights[nearest] - height) > SAME_LEVEL_MM:
            return lowest is not None and height > heights.max()
        lowest = nearest if lowest is None else lowest
        if nearest != lowest + index:
            return False
    return lowest is not None


def _told(named: NamedLevels) -> Observation:
    names = [level.name for level in named.levels if level.kind is LevelKind.DISC]
    sentence = (
        f"Levels {names[0]} to {names[-1]} were named in {named.seen_in} by counting up from the disc on the sacrum, "
        f"confidence {named.confidence:.2f}; a sixth or a missing lumbar vertebra cannot be told without the ribs."
    )
    return Observation(NAMED, sentence)


def _not_told(named: NamedLevels) -> Observation:
    reason = named.reason.rstrip(".")
    return Observation(
        NOT_NAMED, f"It cannot be told from {named.seen_in} which levels these are, so they are numbered: {reason}."
    )
