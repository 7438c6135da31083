"""Histogram of one muscle: of its signal with the thresholds that part muscle from fat, or of its fat fractions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.anatomy import BY_IDENTIFIER, COMPOSITES, Side
from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.fat.muscle_voxels import MuscleVoxels
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Images, Role

BINS = 50
"""Bars over the whole range: 2 % of fat each."""

LONGEST_TAIL = 99.9
"""Percentile of the signal at which the histogram ends; single bright voxels would press the rest together."""

ALL_MUSCLES = "all muscles"


@dataclass(frozen=True, eq=False)
class MuscleHistogram:
    """Voxels of one muscle by signal or by fat fraction.

    Attributes:
        quantity: what is counted, with its unit.
        edges: (n + 1,) limits of the bars.
        counts: side to (n,) voxels in each bar; sides without the muscle are left out.
        thresholds: signals above which voxels count as fat, ascending; empty for methods without.
    """

    quantity: str
    edges: npt.NDArray[np.float64]
    counts: Mapping[str, npt.NDArray[np.int64]]
    thresholds: tuple[float, ...] = ()


def muscle_histogram(inside: MuscleVoxels, images: Images, fat_map: FatMap, structure: str) -> MuscleHistogram | None:
    """Count the voxels of a muscle on each side; None where there is nothing to count.

    Methods with a threshold are shown on the image that was parted, others by their fat fractions.

    Args:
        inside: the muscle voxels, of whichever image: only places and labels count.
        images: the images of the case.
        fat_map: the present fat map.
        structure: abbreviation of a muscle or a sum of muscles (ES+MF).
    """
    thresholds = thresholds_of(fat_map, structure)
    role = parted_image(fat_map)
    by_signal = role is not None
    array = fat_map.fraction.array if role is None else images[role].array
    values = {side: _values(inside, array, _identifiers(structure, (side,)), known=by_signal) for side in _SIDES}
    values = {side: found for side, found in values.items() if found.size}
    if not values:
        return None
    if not by_signal:
        edges = np.linspace(0.0, 100.0, BINS + 1)
        return MuscleHistogram("fat fraction, %", edges, {side: _count(100 * v, edges) for side, v in values.items()})
    edges = _edges(np.concatenate(list(values.values())), thresholds)
    corrected = bool(fat_map.parameters.get("bias_correction"))
    counts = {side: _count(v, edges) for side, v in values.items()}
    if corrected:  # thresholds of the corrected image, which is not kept, do not belong here
        return MuscleHistogram("signal before bias correction, a.u.", edges, counts)
    return MuscleHistogram("signal, a.u.", edges, counts, thresholds)


def parted_image(fat_map: FatMap) -> Role | None:
    """What the image shows that a method parted by thresholds; None for methods without."""
    if not {"fits", "thresholds"} & fat_map.parameters.keys():
        return None
    return Role(str(fat_map.parameters["image"]))


def thresholds_of(fat_map: FatMap, structure: str) -> tuple[float, ...]:
    """The thresholds that a fat map was made with inside a muscle, ascending and each once.

    Most methods have one for a muscle; a fit for each side has two, and a fit for each slice is given by its lowest and its
    highest. Sums of muscles have those of all their muscles.
    """
    fits, by_slice = fat_map.parameters.get("fits"), fat_map.parameters.get("thresholds")
    found: list[float] = []
    if isinstance(fits, Mapping):
        names = {ALL_MUSCLES, *_members(structure), *(f"{part}_{side}" for part in _members(structure) for side in _SIDES)}
        found = [fit["threshold"] for name, fit in fits.items() if name in names and fit["threshold"] is not None]
    elif isinstance(by_slice, Mapping):
        values = [v for name in _identifiers(structure) for v in by_slice.get(name, ()) if v is not None]
        found = [min(values), max(values)] if values else []
    return tuple(sorted(set(found)))


_SIDES = (Side.RIGHT.value, Side.LEFT.value)


def _members(structure: str) -> list[str]:
    """The structure itself and the finer ones it may be put together from."""
    return [structure, *(name for part in COMPOSITES.get(structure, ()) for name in _members(part))]


def _identifiers(structure: str, sides: Sequence[str] = _SIDES) -> list[str]:
    names = (f"{part}_{side}" for part in _members(structure) for side in sides)
    return [name for name in names if name in BY_IDENTIFIER]


def _values(inside: MuscleVoxels, array: np.ndarray, identifiers: Sequence[str], *, known: bool) -> np.ndarray:
    """Values inside some structures; of signals only those that methods take as known (finite, not 0)."""
    wanted = np.zeros(256, bool)
    wanted[[BY_IDENTIFIER[name].value for name in identifiers]] = True
    values = array.reshape(-1)[inside.places[wanted[inside.labels]]]
    finite = values[np.isfinite(values)]
    return finite[finite != 0] if known else finite


def _edges(values: np.ndarray, thresholds: Sequence[float]) -> npt.NDArray[np.float64]:
    highest = max(float(np.percentile(values, LONGEST_TAIL)), *thresholds, 0.0)
    lowest = min(float(values.min()), *thresholds, highest)
    return np.linspace(lowest, highest if highest > lowest else lowest + 1.0, BINS + 1)


def _count(values: np.ndarray, edges: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    counts, _ = np.histogram(np.clip(values, edges[0], edges[-1]), edges)
    return counts.astype(np.int64)


def signal_range(inside: MuscleVoxels, image: Image) -> tuple[float, float] | None:
    """Signals between which a threshold can be chosen: those of nearly all muscle voxels; None without any.

    Args:
        inside: the muscle voxels, of whichever image: only their places count.
        image: the image to be parted.
    """
    signal = image.array.reshape(-1)[inside.places]
    signal = signal[np.isfinite(signal) & (signal != 0)]
    if not signal.size:
        return None
    return float(signal.min()), float(np.percentile(signal, LONGEST_TAIL))
