"""Levels: named positions along the spine, and the slice that is nearest to each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.measurement.grid import AxialGrid
from ParaspinalFatLib.measurement.level_names import LevelKind, read_level_name
from ParaspinalFatLib.measurement.table import plain_text

FIELD_OF_VIEW_MARGIN = 0.5 + 1e-6
"""A level counts as inside the stack up to half a slice beyond its outermost slice centres (plus rounding): there the slice
still shows it."""

DISTANCE_ROUNDING_MM = 1e-6
"""Rounding noise of positions."""

LARGEST_DISTANCE_MM = 6.0
"""A level is measured on its nearest slice up to half the height of a tall lumbar disc (12 mm). A slice further off does not
show that disc: its figures stay, but they are neither set against the disc nor against values published for the level."""


__all__ = ["Level", "LevelKind", "NearestSlice", "nearest_slice", "nearest_slices"]


@dataclass(frozen=True)
class Level:
    """A named position along the spine.

    Attributes:
        name: as the ``level`` column shows it; known names are brought to one spelling ("L4-L5" becomes "L4/5").
        position: RAS mm, a point on the spine at this level.
        kind: what the level marks; the disc ratio (``rcsa``) needs a disc.
        source: where it comes from ("markup", "disc label", "file").
    """

    name: str
    position: tuple[float, float, float]
    kind: LevelKind = LevelKind.DISC
    source: str = "markup"

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", plain_text(read_level_name(self.name)[0]))
        r, a, s = (float(component) for component in self.position)
        object.__setattr__(self, "position", (r, a, s))
        if not self.name:
            raise InputError("A level has no name. Name every level, for example L4/5.")
        if not all(math.isfinite(component) for component in self.position):
            raise InputError(f"The position of level {self.name} is not a finite point. Place it again.")


@dataclass(frozen=True)
class NearestSlice:
    """The slice on which a level is measured, or why there is none.

    Attributes:
        level: the level.
        slice: slice number in axial order; None if the level lies outside the stack.
        distance_mm: from the slice's centre to the level along the slice normal, positive to cranial.
        reason: empty, or why there is no slice.
    """

    level: Level
    slice: int | None
    distance_mm: float | None
    reason: str = ""

    @property
    def is_far(self) -> bool:
        """Whether the slice is too far from the level to speak for it (:data:`LARGEST_DISTANCE_MM`)."""
        return self.distance_mm is not None and abs(self.distance_mm) > LARGEST_DISTANCE_MM + DISTANCE_ROUNDING_MM


def nearest_slice(level: Level, grid: AxialGrid) -> NearestSlice:
    """Find the slice nearest to a level.

    A level half-way between two slices goes to the caudal one, so that rounding noise cannot decide.
    """
    coordinate = grid.slice_coordinate(level.position)
    last = grid.shape[0] - 1
    thickness = grid.spacing[2]
    if coordinate < -FIELD_OF_VIEW_MARGIN or coordinate > last + FIELD_OF_VIEW_MARGIN:
        beyond = -coordinate if coordinate < 0 else coordinate - last
        where = "below the most caudal" if coordinate < 0 else "above the most cranial"
        return NearestSlice(level, None, None, f"level lies {beyond * thickness:.1f} mm {where} slice")
    k = min(max(math.ceil(coordinate - 0.5 - 1e-6), 0), last)
    return NearestSlice(level, k, (coordinate - k) * thickness)


def nearest_slices(levels: Sequence[Level], grid: AxialGrid) -> tuple[NearestSlice, ...]:
    """The nearest slice of every level, from caudal to cranial whatever order the levels were given in.

    Raises:
        InputError: two levels have one name.
    """
    names = [level.name for level in levels]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise InputError(f"More than one level is named {', '.join(doubled)}. Give every level its own name.")
    ordered = sorted(levels, key=lambda level: grid.slice_coordinate(level.position))
    return tuple(nearest_slice(level, grid) for level in ordered)
