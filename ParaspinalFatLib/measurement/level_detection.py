"""Levels found in the labels: mid-disc points, mid-heights of vertebral bodies, endplates.

Labels show that there are discs, not which ones. Levels are numbered from caudal unless the reader says what the most caudal
one is called, or places are named; then names are counted from there, and only as far as no disc or vertebra is missing in
between.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.measurement.grid import AxialGrid
from ParaspinalFatLib.measurement.level_names import (
    LevelKind,
    discs_upwards,
    is_lumbar_or_thoracic,
    names_below,
    vertebrae_upwards,
)
from ParaspinalFatLib.measurement.levels import Level
from ParaspinalFatLib.measurement.observation import Observation
from ParaspinalFatLib.measurement.table import plain_text

SMALLEST_PART = 0.1
"""Pieces smaller than this part of the median piece are crumbs of a segmentation, not discs or vertebrae."""

SMALLEST_DISTANCE_MM = 12.0
"""Pieces whose centres are closer than this are parts of one disc or body. Adult lumbar discs are 25 mm apart or more,
a child's about 15 mm."""

LARGEST_DISTANCE_MM = 55.0
"""Neighbouring lumbar discs are at most about 45 mm apart; at this distance one between them is not labelled."""

IRREGULAR_DISTANCE = 1.6
"""So many times the median distance also means that one is not labelled (two steps would be 2.0)."""

SAME_LEVEL_MM = 12.0
"""An outlined level and a named place are the same if their heights differ by less: neighbours are 28 mm apart or more."""

COLUMN_RADIUS_MM = 8.0
"""An endplate's height is read within this distance of the body's axis, where neither rim nor pedicle reaches."""

LABEL_OF = {
    LevelKind.DISC: BY_IDENTIFIER["IVD"].value,
    LevelKind.VERTEBRA: BY_IDENTIFIER["VB"].value,
    LevelKind.ENDPLATE: BY_IDENTIFIER["VB"].value,
}
Box = tuple[slice, slice, slice]
"""Ranges along k, j, i."""


@dataclass(frozen=True)
class LevelSearch:
    """Which levels to look for in the labels, when none are given.

    Attributes:
        kind: mid-disc, mid-height of vertebral bodies, or endplates.
        most_caudal: name of the most caudal disc ("L5/S1", "L6/S1", "L4/S1") or vertebra ("L5"), if the reader knows it;
            without it levels are numbered.
        places: named places of that kind, if somebody knows any. An outlined level at the height of one has its name, and
            the others are counted from these, up and down: names stay right while levels are outlined or erased.
            ``most_caudal`` does not count then.

    Raises:
        InputError: ``most_caudal`` is not a name of that kind; said here, before the network's long work.
    """

    kind: LevelKind = LevelKind.DISC
    most_caudal: str | None = None
    places: tuple[Level, ...] = ()

    def __post_init__(self) -> None:
        _require_name(self.most_caudal, self.kind)


_NAMED = {LevelKind.DISC: LevelKind.DISC, LevelKind.VERTEBRA: LevelKind.VERTEBRA, LevelKind.ENDPLATE: LevelKind.VERTEBRA}
"""What the most caudal name names; endplates are counted by their vertebrae."""

_WORD = {kind: named.value for kind, named in _NAMED.items()}


@dataclass(frozen=True)
class DetectedLevels:
    """Levels from caudal to cranial, and what is uncertain about them."""

    levels: tuple[Level, ...]
    observations: tuple[Observation, ...] = ()


@dataclass(frozen=True, eq=False)
class _Body:
    """One disc or vertebral body: its voxels (n, 3) as (i, j, k)."""

    voxels: npt.NDArray[np.intp]

    @property
    def centre(self) -> npt.NDArray[np.float64]:
        return self.voxels.mean(axis=0)


def levels_from_labels(labels: Image, kind: LevelKind = LevelKind.DISC, most_caudal: str | None = None) -> DetectedLevels:
    """Find the levels that the disc or vertebra label shows.

    Args:
        labels: label image in any axis order.
        kind: mid-disc, mid-height of vertebral bodies, or endplates.
        most_caudal: name of the most caudal disc ("L5/S1", "L6/S1", "L4/S1") or vertebra ("L5"), if the reader knows it.

    Raises:
        GeometryError: the image is not near axial.
        InputError: ``most_caudal`` is not a name of that kind.
    """
    view = axial_view(labels, "The segmentation")
    return detect_levels(view.image.array, AxialGrid.of(view.image), kind, most_caudal)


def detect_levels(
    labels: np.ndarray,
    grid: AxialGrid,
    kind: LevelKind = LevelKind.DISC,
    most_caudal: str | None = None,
    box: Box | None = None,
    places: Sequence[Level] = (),
) -> DetectedLevels:
    """:func:`levels_from_labels` for an array in axial order.

    Args:
        box: where to look, if the caller knows where the labels lie.
        places: as of :class:`LevelSearch`.
    """
    _require_name(most_caudal, kind)
    bodies = _bodies(labels, LABEL_OF[kind], grid, box)
    if not bodies:
        return DetectedLevels(())
    names, gaps = _names(bodies, grid, kind, most_caudal, places)
    observations = [*gaps, *_cut_bodies(bodies, names, grid)]
    levels: list[Level] = []
    for body, name in zip(bodies, names, strict=True):
        levels += _endplates(body, name, grid) if kind is LevelKind.ENDPLATE else [_middle(body, name, grid, kind)]
    return DetectedLevels(tuple(levels), tuple(observations))


def _bodies(labels: np.ndarray, value: int, grid: AxialGrid, box: Box | None) -> list[_Body]:
    """The labelled discs or bodies from caudal to cranial."""
    from scipy import ndimage  # slow to import, and not needed until something is measured

    if box is None:
        found = ndimage.find_objects((labels == value).astype(np.uint8))
        box = found[0] if found else None
    if box is None:
        return []
    pieces, count = ndimage.label(labels[box] == value)
    corner = [box[2].start, box[1].start, box[0].start]
    bodies = [_Body(np.argwhere(pieces == number)[:, ::-1] + corner) for number in range(1, count + 1)]
    return _without_crumbs(_merged(_without_crumbs(bodies), grid))


def _without_crumbs(bodies: Sequence[_Body]) -> list[_Body]:
    largest = max(len(body.voxels) for body in bodies)
    median = np.median([len(body.voxels) for body in bodies if len(body.voxels) >= SMALLEST_PART * largest])
    return [body for body in bodies if len(body.voxels) >= SMALLEST_PART * median]


def _merged(bodies: Sequence[_Body], grid: AxialGrid) -> list[_Body]:
    ordered = sorted(bodies, key=lambda body: body.centre[2])
    together: list[_Body] = []
    for body in ordered:
        if together and (body.centre[2] - together[-1].centre[2]) * grid.spacing[2] < SMALLEST_DISTANCE_MM:
            together[-1] = _Body(np.concatenate([together[-1].voxels, body.voxels]))
        else:
            together.append(body)
    return together


def _names(
    bodies: Sequence[_Body], grid: AxialGrid, kind: LevelKind, most_caudal: str | None, places: Sequence[Level]
) -> tuple[list[str], list[Observation]]:
    word = _WORD[kind]
    names = [f"{word} {n} (most caudal)" if n == 1 else f"{word} {n}" for n in range(1, len(bodies) + 1)]
    gap = _first_gap(bodies, grid)
    observations = [] if gap is None else [_gap_observation(word, names, gap)]
    given = _at_places(bodies, grid, places) if places else {}
    if most_caudal is not None and not places:
        given = {0: most_caudal}
    for index, name in _counted(given, kind, len(bodies), gap).items():
        names[index] = name
    return names, observations


def _at_places(bodies: Sequence[_Body], grid: AxialGrid, places: Sequence[Level]) -> dict[int, str]:
    """Number of a body to the name of the place at its height; each place names the body that is nearest to it."""
    heights = np.array([body.centre[2] for body in bodies]) * grid.spacing[2]
    named: dict[int, str] = {}
    for place in places:
        distances = np.abs(heights - grid.slice_coordinate(place.position) * grid.spacing[2])
        nearest = int(np.argmin(distances))
        if distances[nearest] <= SAME_LEVEL_MM:
            named.setdefault(nearest, place.name)
    return named


def _counted(given: Mapping[int, str], kind: LevelKind, count: int, gap: int | None) -> dict[int, str]:
    """The names given, continued above the highest and below the lowest of them, not across the gap."""
    if not given:
        return {}
    lowest, highest = min(given), max(given)
    end = gap if gap is not None and gap > highest else count
    start = gap if gap is not None and gap <= lowest else 0
    above = dict(zip(range(highest, end), _upwards(given[highest], kind), strict=False))
    below = dict(zip(range(lowest - 1, start - 1, -1), names_below(given[lowest]), strict=False))
    return {**given, **below, **above}


def _upwards(most_caudal: str, kind: LevelKind) -> Iterator[str]:
    return discs_upwards(most_caudal) if kind is LevelKind.DISC else vertebrae_upwards(most_caudal)


def _require_name(most_caudal: str | None, kind: LevelKind) -> None:
    """Raise InputError unless names can be counted upwards from ``most_caudal``; None is no name and passes."""
    if most_caudal is not None and not is_lumbar_or_thoracic(most_caudal, _NAMED[kind]):
        example = "L5/S1" if kind is LevelKind.DISC else "L5"
        raise InputError(f"{plain_text(most_caudal)} is not the name of a lumbar {_WORD[kind]}. Give one such as {example}.")


def _first_gap(bodies: Sequence[_Body], grid: AxialGrid) -> int | None:
    """How many bodies lie below the first place where one seems to be missing."""
    points = [np.array(grid.position(*body.centre)) for body in bodies]
    distances = [float(np.linalg.norm(upper - lower)) for lower, upper in pairwise(points)]
    limit = LARGEST_DISTANCE_MM
    if len(distances) >= 3:
        limit = min(limit, IRREGULAR_DISTANCE * float(np.median(distances)))
    return next((index + 1 for index, distance in enumerate(distances) if distance > limit), None)


def _gap_observation(word: str, numbered: Sequence[str], gap: int) -> Observation:
    sentence = (
        f"Between {numbered[gap - 1]} and {numbered[gap]} the distance is larger than between neighbours; one {word} may "
        "not be labelled there. Names are not counted across it."
    )
    return Observation("level_gap", sentence)


def _cut_bodies(bodies: Sequence[_Body], names: Sequence[str], grid: AxialGrid) -> list[Observation]:
    """Discs and bodies that reach the end of the stack: their middle may lie outside."""
    last = grid.shape[0] - 1
    if last == 0:
        return []
    cut = [name for body, name in zip(bodies, names, strict=True) if {0, last} & set(body.voxels[:, 2].tolist())]
    return [Observation("level_cut", f"{name} reaches the end of the stack; its middle may lie outside.") for name in cut]


def _middle(body: _Body, name: str, grid: AxialGrid, kind: LevelKind) -> Level:
    return Level(name, grid.position(*body.centre), kind, f"{_WORD[kind]} label")


def _endplates(body: _Body, name: str, grid: AxialGrid) -> list[Level]:
    """Caudal and cranial end of the body on the slice normal through its centre, half a slice beyond voxel centres."""
    centre = body.centre
    in_plane = (body.voxels[:, :2] - centre[:2]) * grid.spacing[:2]
    column = body.voxels[np.linalg.norm(in_plane, axis=1) <= max(COLUMN_RADIUS_MM, *grid.spacing[:2]), 2]
    ends = {"inferior": column.min() - 0.5, "superior": column.max() + 0.5}
    middle = Level(name, grid.position(*centre), LevelKind.ENDPLATE, "vertebra label")
    return [
        replace(middle, name=f"{name} {side} endplate", position=grid.position(centre[0], centre[1], float(k)))
        for side, k in ends.items()
    ]
