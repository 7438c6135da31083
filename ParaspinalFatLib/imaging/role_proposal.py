"""Which of the loaded images belong together as one case, and what each of them shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.imaging.dixon_names import Recognition
from ParaspinalFatLib.imaging.grids import POSITION_TOLERANCE_VOXELS
from ParaspinalFatLib.imaging.roles import Role

PREFERRED = (
    frozenset({Role.WATER, Role.FAT}),
    frozenset({Role.FAT_FRACTION}),
    frozenset({Role.IN_PHASE, Role.OPPOSED_PHASE}),
    frozenset({Role.ANATOMY}),
)
"""Sets of images from which fat can be measured, the best first."""


@dataclass(frozen=True)
class Grid:
    """Where the voxels of an image lie.

    Attributes:
        shape: voxels along (k, j, i).
        affine: 4x4, voxel (i, j, k) to RAS mm.
    """

    shape: tuple[int, ...]
    affine: npt.NDArray[np.float64]

    def is_same(self, other: Grid) -> bool:
        """Whether no corner is displaced by more than the tolerance of :mod:`imaging.grids`."""
        if self.shape != other.shape:
            return False
        k, j, i = (size - 1 for size in self.shape)
        corners = np.array([(x, y, z, 1) for x in (0, i) for y in (0, j) for z in (0, k)], dtype=np.float64)
        moved = float(np.abs(corners @ (self.affine - other.affine).T).max())
        return moved <= POSITION_TOLERANCE_VOXELS * float(np.linalg.norm(self.affine[:3, :3], axis=0).min())


@dataclass(frozen=True)
class Candidate:
    """A loaded image: anything that stands for it, what it shows, and where."""

    key: Any
    shows: Recognition
    grid: Grid


def proposed_roles(
    candidates: Sequence[Candidate], chosen: Mapping[Role, Any] | None = None, grid: Grid | None = None
) -> dict[Role, Any]:
    """A case made of the loaded images, beside what is chosen already.

    Images of one case lie on one grid; where one grid has several images for a role, those whose names differ in nothing
    but the role belong together. Conventional images, being other acquisitions, are proposed only where there is no Dixon.

    Args:
        candidates: the images that were recognised, in the order in which they were loaded.
        chosen: role to key of what is chosen already; nothing is proposed for these roles or with these keys.
        grid: where what is chosen lies; nothing is proposed on another grid.

    Returns:
        Role to key; empty if there is nothing to propose, or if fat can be measured from what is chosen.
    """
    chosen = chosen or {}
    if _rank(chosen) < len(PREFERRED):
        return {}
    groups = _acquisitions([c for c in candidates if grid is None or c.grid.is_same(grid)])
    with_chosen = [group for group in groups if any(c.key in chosen.values() for c in group)]
    best: dict[Role, Any] = {}
    for group in with_chosen or groups:
        others = [c for c in group if c.shows.role not in chosen and c.key not in chosen.values()]
        case = _one_for_each_role(others)
        if _rank(case.keys() | chosen.keys()) < _rank(best.keys() | chosen.keys()):
            best = case
    return best


def _acquisitions(candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    """Images of one grid, parted by the stem of their names where a role would be filled twice."""
    grids: list[list[Candidate]] = []
    for candidate in candidates:
        same = next((group for group in grids if group[0].grid.is_same(candidate.grid)), None)
        if same is None:
            grids.append([candidate])
        else:
            same.append(candidate)
    return [part for group in grids for part in _parted(group)]


def _parted(group: list[Candidate]) -> list[list[Candidate]]:
    roles = [candidate.shows.role for candidate in group]
    if len(set(roles)) == len(roles):
        return [group]
    parts: dict[str, list[Candidate]] = {}
    for candidate in group:
        parts.setdefault(candidate.shows.stem, []).append(candidate)
    return list(parts.values())


def _one_for_each_role(group: Sequence[Candidate]) -> dict[Role, Any]:
    case: dict[Role, Any] = {}
    for candidate in group:
        case.setdefault(candidate.shows.role, candidate.key)
    if case.keys() - {Role.ANATOMY}:
        case.pop(Role.ANATOMY, None)
    return case


def _rank(roles: Iterable[Role]) -> int:
    """How well fat can be measured from these images; 0 is best, the number of sets is not at all."""
    return next((place for place, needed in enumerate(PREFERRED) if needed <= set(roles)), len(PREFERRED))
