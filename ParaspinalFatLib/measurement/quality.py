"""Observations about the masks and their sizes, in neutral words: what was seen and where, not what it means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.anatomy import BY_VALUE, Side, Structure, mirrored
from ParaspinalFatLib.measurement.grid import AxialGrid
from ParaspinalFatLib.measurement.levels import NearestSlice
from ParaspinalFatLib.measurement.measurands import Measurand
from ParaspinalFatLib.measurement.observation import Observation
from ParaspinalFatLib.measurement.published_ranges import PublishedRanges
from ParaspinalFatLib.measurement.slice_statistics import SliceStatistics

Pieces = Mapping[int, SliceStatistics]

FEW_VOXELS = 20
"""Below this many voxels the percentiles of a mask hang on single voxels and its area on its rim."""

CONTINUOUS = frozenset({"MF", "ES", "PM", "QL", "IC", "IL", "LO", "canal", "sacrum"})
"""Structures that run on from slice to slice; discs, bodies and arches alternate along the spine."""


def touches_edge(piece: SliceStatistics, shape: tuple[int, int, int]) -> bool:
    """Whether a mask reaches the first or last row or column of its slice."""
    lowest_i, highest_i, lowest_j, highest_j = piece.box
    return lowest_i == 0 or lowest_j == 0 or highest_i == shape[2] - 1 or highest_j == shape[1] - 1


def mask_observations(statistics: Sequence[Pieces], grid: AxialGrid) -> list[Observation]:
    """What the masks themselves show: edges touched, slices left out, sides missing, few voxels."""
    by_structure: dict[Structure, dict[int, SliceStatistics]] = defaultdict(dict)
    for k, pieces in enumerate(statistics):
        for value, piece in pieces.items():
            by_structure[BY_VALUE[value]][k] = piece
    found: list[Observation] = []
    for structure in sorted(by_structure, key=lambda structure: structure.value):
        pieces = by_structure[structure]
        found += _edges(structure, pieces, grid)
        found += _holes(structure, pieces)
        found += _few(structure, pieces)
        if structure.is_muscle and mirrored(structure) not in by_structure:
            sentence = f"The {structure.title} is labelled on the {structure.side.value} side only."
            found.append(Observation("one_side_only", sentence, (structure.identifier,)))
    return found


def _edges(structure: Structure, pieces: Mapping[int, SliceStatistics], grid: AxialGrid) -> list[Observation]:
    slices = [k for k, piece in pieces.items() if touches_edge(piece, grid.shape)]
    if not slices:
        return []
    sentence = (
        f"The {structure.name} reaches the edge of the image in {slices_in_words(slices)}; part of it may lie outside."
    )
    return [Observation("touches_edge", sentence, (structure.identifier,))]


def _holes(structure: Structure, pieces: Mapping[int, SliceStatistics]) -> list[Observation]:
    missing = [k for k in range(min(pieces), max(pieces)) if k not in pieces]
    if not missing or structure.abbreviation not in CONTINUOUS:
        return []
    sentence = f"The {structure.name} is not labelled in {slices_in_words(missing)}, between slices that have it."
    return [Observation("missing_in_between", sentence, (structure.identifier,))]


def _few(structure: Structure, pieces: Mapping[int, SliceStatistics]) -> list[Observation]:
    voxels = sum(piece.voxels for piece in pieces.values())
    if voxels >= FEW_VOXELS:
        return []
    return [Observation("few_voxels", f"The {structure.name} has {voxels} voxels only.", (structure.identifier,))]


def level_observations(levels: Sequence[NearestSlice]) -> list[Observation]:
    """Levels whose nearest slice is too far away to speak for them."""
    return [
        Observation(
            "level_far",
            f"The nearest slice lies {abs(found.distance_mm or 0.0):.1f} mm from the level {found.level.name}; its figures "
            "are not compared with the disc or with values published for that level.",
        )
        for found in levels
        if found.is_far
    ]


def size_observations(
    measurands: Sequence[Measurand],
    statistics: Sequence[Pieces],
    levels: Sequence[NearestSlice],
    grid: AxialGrid,
    ranges: PublishedRanges,
) -> list[Observation]:
    """Volumes and side differences outside the published ones; only between the levels for which those were published.

    Numbered discs ("disc 1") do not say which levels they are, and a volume between the wrong ones is another quantity:
    nothing is compared there until the reader names the most caudal disc or places the levels.
    """
    slices = {found.level.name: found.slice for found in levels}
    lowest, highest = (slices.get(name) for name in ranges.extent)
    if lowest is None or highest is None:
        return []
    volumes = {
        (measurand.structure, measurand.side): _volume(measurand, statistics[lowest : highest + 1], grid)
        for measurand in measurands
        if measurand.structure in ranges.volume_ml
    }
    found = [
        _volume_observation(muscle, side, volume, ranges)
        for (muscle, side), volume in volumes.items()
        if side != "both" and not ranges.volume_ml[muscle][0] <= volume <= ranges.volume_ml[muscle][1]
    ]
    for muscle, limit in ranges.side_difference_pct.items():
        sides = [volumes.get((muscle, side.value), 0.0) for side in (Side.RIGHT, Side.LEFT)]
        if all(sides) and (difference := (1 - min(sides) / max(sides)) * 100) > limit:
            found.append(_side_observation(muscle, difference, ranges))
    return found


def _volume(measurand: Measurand, statistics: Iterable[Pieces], grid: AxialGrid) -> float:
    voxels = sum(pieces[value].voxels for pieces in statistics for value in measurand.values if value in pieces)
    return voxels * grid.voxel_volume_ml


def _volume_observation(muscle: str, side: str, volume: float, ranges: PublishedRanges) -> Observation:
    low, high = ranges.volume_ml[muscle]
    sentence = (
        f"The volume of {muscle} {side} from {ranges.extent[0]} to {ranges.extent[1]}, {volume:.1f} mL, lies outside the "
        f"range of {ranges.cohort} in {ranges.study} ({low:g} to {high:g} mL)."
    )
    return Observation("volume_outside_published", sentence, (f"{muscle}_{side}",))


def _side_observation(muscle: str, difference: float, ranges: PublishedRanges) -> Observation:
    sentence = (
        f"The sides of {muscle} differ by {difference:.1f} % of the larger volume, more than in any of {ranges.cohort} in "
        f"{ranges.study} ({ranges.side_difference_pct[muscle]:g} %)."
    )
    return Observation("side_difference_outside_published", sentence, (f"{muscle}_right", f"{muscle}_left"))


def unknown_label_observation(counts: npt.NDArray[np.int64]) -> list[Observation]:
    """Label values that no structure has; their voxels are not measured.

    Args:
        counts: (256,) voxels of each label value.
    """
    unknown = [value for value in np.flatnonzero(counts).tolist() if value and value not in BY_VALUE]
    if not unknown:
        return []
    listed = ", ".join(f"{value} ({counts[value]} voxels)" for value in unknown)
    return [Observation("unknown_label", f"Label values that no structure has are not measured: {listed}.")]


def slices_in_words(slices: Sequence[int]) -> str:
    """Slice numbers with runs drawn together.

    >>> slices_in_words([7]), slices_in_words([1, 2, 3, 7])
    ('slice 7', 'slices 1-3, 7')
    """
    ordered = sorted(slices)
    starts = [k for k in ordered if k - 1 not in slices]
    ends = [k for k in ordered if k + 1 not in slices]
    runs = ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in zip(starts, ends, strict=True))
    return f"slice {runs}" if len(ordered) == 1 else f"slices {runs}"
