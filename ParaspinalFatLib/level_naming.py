"""Levels named from the images themselves: midline planes -> the level network -> counting -> names for the outlined discs.

The plane is cut from the axial stack along the outlined spine, or from a sagittal series of the same examination; names
found there are carried over by their place in the patient.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.errors import GeometryError
from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.measurement.grid import AxialGrid
from ParaspinalFatLib.measurement.level_counting import Counting, count_levels
from ParaspinalFatLib.measurement.level_detection import LevelSearch, levels_from_labels
from ParaspinalFatLib.measurement.level_names import LevelKind
from ParaspinalFatLib.measurement.levels import Level
from ParaspinalFatLib.measurement.observation import Observation
from ParaspinalFatLib.measurement.spine_classes import SpineClass
from ParaspinalFatLib.measurement.spine_plane import MidlinePlanes, axial_midline, sagittal_midlines
from ParaspinalFatLib.progress import Progress, no_progress

SAME_LEVEL_MM = 12.0
"""An outlined disc and a named one are the same if their heights differ by less: neighbours are 28 mm apart or more."""

AROUND_MM = 25.0
"""Named levels of a sagittal series lie within the axial stack, or not farther from it than this to the sides."""


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
        if self.sagittal is None:
            try:
                planes = axial_midline(image, labels)
            except GeometryError as error:
                return NamedLevels((), 0.0, str(error), "the axial images")
            return self._named(planes, "the axial images", progress)
        named = self._named(sagittal_midlines(self.sagittal), "the sagittal series", progress)
        _require_same_place(self.sagittal, image)
        return named

    def _named(self, planes: MidlinePlanes, seen_in: str, progress: Progress) -> NamedLevels:
        network = self.network
        if network is None:
            from ParaspinalFatLib.segmentation.levels_process import WorkerLevelNetwork

            network = WorkerLevelNetwork()
        plane, counting = counted(network(planes.images, progress))
        levels = tuple(
            Level(one.name, planes.position(plane, one.row, one.column), one.kind, seen_in) for one in counting.levels
        )
        return NamedLevels(levels, counting.confidence, counting.reason, seen_in)


def counted(probabilities: npt.NDArray[np.float32]) -> tuple[int, Counting]:
    """The plane that shows most of the spine, and what is counted in it together with its neighbours.

    Args:
        probabilities: (n, classes, h, w) of parallel planes.
    """
    spine = 1 - probabilities[:, SpineClass.BACKGROUND]
    plane = int(np.argmax((spine > 0.5).sum(axis=(1, 2))))
    near = probabilities[max(0, plane - 1) : plane + 2]
    return plane, count_levels(near.mean(axis=0))


def with_names(
    search: LevelSearch, labels: Image, named: NamedLevels
) -> tuple[LevelSearch, tuple[Level, ...], tuple[Observation, ...]]:
    """How to look for levels once they are named: by the name of the lowest outlined one, or at the named places.

    Returns:
        the search, the levels to use instead of searching (none: search), and what the reader should know.
    """
    if not named.levels:
        return search, (), (_not_told(named),)
    kind = LevelKind.DISC if search.kind is LevelKind.DISC else LevelKind.VERTEBRA
    candidates = [level for level in named.levels if level.kind is kind]
    outlined = levels_from_labels(labels, kind).levels
    lowest = _name_of_lowest(outlined, candidates, AxialGrid.of(axial_view(labels).image))
    if lowest is not None:
        return LevelSearch(search.kind, lowest), (), (_told(named),)
    if search.kind is LevelKind.ENDPLATE:
        return search, (), (_not_told(NamedLevels((), 0.0, "the outlined vertebrae are not those named", named.seen_in)),)
    return search, tuple(candidates), (_told(named),)


def _name_of_lowest(outlined: Sequence[Level], named: Sequence[Level], grid: AxialGrid) -> str | None:
    """Name of the most caudal outlined level, if every outlined one among the named ones continues the count from it."""
    heights = {one.name: grid.slice_coordinate(one.position) * grid.spacing[2] for one in named}
    order = list(heights)
    lowest: int | None = None
    for index, level in enumerate(outlined):
        height = grid.slice_coordinate(level.position) * grid.spacing[2]
        nearest = min(order, key=lambda name: abs(heights[name] - height))
        if abs(heights[nearest] - height) > SAME_LEVEL_MM:
            if index == 0 or height < max(heights.values()):
                return None
            break
        if lowest is None:
            lowest = order.index(nearest)
        if order.index(nearest) != lowest + index:
            return None
    return None if lowest is None else order[lowest]


def _require_same_place(sagittal: Image, image: Image) -> None:
    """Raise GeometryError unless the middle of the sagittal series lies in or beside the axial stack."""
    shape = np.array(sagittal.array.shape[::-1])
    corners = np.array(np.meshgrid(*[(0, size - 1) for size in shape])).reshape(3, -1).T
    middle = sagittal.world((shape - 1) / 2)
    axial_shape = np.array(image.array.shape[::-1])
    axial = image.world(np.array(np.meshgrid(*[(0, size - 1) for size in axial_shape])).reshape(3, -1).T)
    box = sagittal.world(corners)
    low, high = axial.min(axis=0) - AROUND_MM, axial.max(axis=0) + AROUND_MM
    apart = (box.max(axis=0) < axial.min(axis=0)) | (box.min(axis=0) > axial.max(axis=0))
    if apart.any() or not low[0] <= middle[0] <= high[0]:
        raise GeometryError(
            "The sagittal series and the axial images do not lie in the same place in the patient, so names cannot be "
            "carried over. Give a sagittal series of the same examination."
        )


def _told(named: NamedLevels) -> Observation:
    names = [level.name for level in named.levels if level.kind is LevelKind.DISC]
    sentence = (
        f"Levels {names[0]} to {names[-1]} were named in {named.seen_in} by counting up from the disc on the sacrum, "
        f"confidence {named.confidence:.2f}; a sixth or a missing lumbar vertebra cannot be told without the ribs."
    )
    return Observation("levels_named_automatically", sentence)


def _not_told(named: NamedLevels) -> Observation:
    reason = named.reason.rstrip(".")
    return Observation(
        "levels_not_named", f"It cannot be told from {named.seen_in} which levels these are, so they are numbered: {reason}."
    )
