"""Observations about a fat map, in neutral words: what was seen and where, not what it means."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.anatomy import BY_VALUE, STRUCTURES, Structure
from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.fat.gathering import MuscleGatherer
from ParaspinalFatLib.fat.intensity_scale import BRIGHTNESS_LIMITS, factor_applied_to_one, fat_to_muscle_brightness
from ParaspinalFatLib.fat.learned import LEARNED
from ParaspinalFatLib.fat.muscle_voxels import required_labels
from ParaspinalFatLib.fat.swap import Scan, all_exchanged, exchanged_structures
from ParaspinalFatLib.imaging.axial import AxialView, axial_view
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.occupied import Box, occupied
from ParaspinalFatLib.imaging.roles import Images, Role
from ParaspinalFatLib.measurement.observation import Observation
from ParaspinalFatLib.measurement.quality import slices_in_words

VOID_SHARE = 0.01
"""A muscle is mentioned if more than this part of its voxels has no fat fraction."""

ZERO_SHARE = 0.01
"""... or if, in a map made by the scanner, more than this part is exactly 0, as masked-out voxels are stored."""

NEGATIVE_SHARE = 0.01
"""... or if more than this part has a negative water or fat signal, or a fraction outside 0 to 1."""

EDGE_SHARE = 0.01
"""A threshold that leaves less than this part of a muscle on one side of it lies at the edge of the muscle's histogram."""

FEW_VOXELS = 100
"""A threshold fitted on fewer voxels hangs on single ones."""

MARGIN_VOXELS = 10
"""How far around the muscles tissue is looked at, in plane."""

_MUSCLE = np.zeros(256, bool)
_MUSCLE[[structure.value for structure in STRUCTURES if structure.is_muscle]] = True

COARSE_VOXELS = 32
"""Steps in which the region grows whose stored values are looked at, so that few edits change it."""

Factor = tuple[str, float] | None
"""As :func:`intensity_scale.factor_applied_to_one` tells it."""

Memory = dict[tuple[int, ...], Factor]
"""Region of the images to what their stored values tell."""


def fat_observations(
    images: Images,
    labels: Image,
    fat_map: FatMap,
    memory: Memory | None = None,
    gather: MuscleGatherer | None = None,
) -> tuple[Observation, ...]:
    """What a reader should know about a fat map.

    Args:
        images: the images of the case.
        labels: label values, on the same grid.
        fat_map: made from them.
        memory: what was found out about these images before, to be passed again when the labels were edited.
        gather: finds the muscle voxels of the labels, where it has done so already.

    Raises:
        GeometryError: the grids differ, or are not near axial.
    """
    if fat_map.method == "size_only":
        return ()
    labels = required_labels(labels, fat_map.fraction, fat_map.method)
    if "fitted_over" in fat_map.parameters:
        return _of_thresholds(images, labels, fat_map, gather or MuscleGatherer())
    view = axial_view(labels, "The segmentation")
    values = np.ascontiguousarray(view.image.array)
    box = _surroundings(values)
    if box is None:
        return ()

    def around(array: np.ndarray) -> np.ndarray:
        return view.reorder(array)[box]

    total = None if fat_map.total_signal is None else around(fat_map.total_signal)
    scan = Scan(np.ascontiguousarray(values[box]), around(fat_map.fraction.array), total)
    muscle = _MUSCLE[scan.labels]
    found = _without_signal(scan, np.isnan(scan.fraction))
    if fat_map.method == LEARNED:
        return tuple(found)
    found += _exchanged(scan, muscle, box[0].start)
    if fat_map.method == "dixon":
        fat, water = (around(images[role].array) for role in (Role.FAT, Role.WATER))
        found += _scales(scan, muscle, _storage_factor(images, view, box, {} if memory is None else memory))
        found += _outside(scan, (fat < 0) | (water < 0), "a negative water or fat signal, which counts as 0")
    if fat_map.method == "fat_fraction_map":
        found += _zeros(scan)
    return tuple(found)


def _of_thresholds(images: Images, labels: Image, fat_map: FatMap, gather: MuscleGatherer) -> tuple[Observation, ...]:
    """Observations about methods that part muscle from fat by thresholds: they look at muscle voxels alone."""
    inside = gather(labels.array, images[Role(fat_map.parameters["image"])].array)
    scan = Scan(inside.labels, fat_map.fraction.array.reshape(-1)[inside.places], None)
    return (*_without_signal(scan, ~inside.known), *_edges(scan), *_fits(fat_map.parameters))


def _surroundings(labels: npt.NDArray[np.uint8]) -> Box | None:
    """The muscles and some tissue around them in plane; None if there are no muscles."""
    from scipy import ndimage  # slow to import, and not needed until something is measured

    whole = occupied(labels)
    boxes = [
        tuple(slice(a.start + b.start, a.start + b.stop) for a, b in zip(whole, box, strict=True))
        for value, box in enumerate(ndimage.find_objects(labels[whole]), start=1)
        if box is not None and value < 256 and _MUSCLE[value]
    ]
    if not boxes:
        return None
    starts = np.min([[side.start for side in box] for box in boxes], axis=0)
    stops = np.max([[side.stop for side in box] for box in boxes], axis=0)
    margin = np.array([0, MARGIN_VOXELS, MARGIN_VOXELS])
    k, j, i = (slice(int(a), int(b)) for a, b in zip(np.maximum(starts - margin, 0), stops + margin, strict=True))
    return k, j, i


def _shares(scan: Scan, what: npt.NDArray[np.bool_]) -> dict[Structure, float]:
    """Part of each muscle's voxels for which something holds."""
    voxels = scan.voxels
    those = np.bincount(scan.labels[what], minlength=256)
    return {
        structure: float(those[structure.value] / voxels[structure.value])
        for structure in BY_VALUE.values()
        if structure.is_muscle and voxels[structure.value]
    }


def _listed(shares: Mapping[Structure, float]) -> str:
    return ", ".join(f"{structure.name} {_percent(share)}" for structure, share in shares.items())


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %" if share < 0.1 else f"{100 * share:.0f} %"


def _named(code: str, sentence: str, structures: Mapping[Structure, object]) -> list[Observation]:
    """One observation about some muscles; none if there are none."""
    return [Observation(code, sentence, tuple(structure.identifier for structure in structures))] if structures else []


def _above(shares: Mapping[Structure, float], limit: float) -> dict[Structure, float]:
    return {structure: share for structure, share in shares.items() if share > limit}


def _without_signal(scan: Scan, unknown: npt.NDArray[np.bool_]) -> list[Observation]:
    shares = _above(_shares(scan, unknown), VOID_SHARE)
    sentence = f"Voxels without a signal, and so without a fat fraction, lie inside muscle: {_listed(shares)}."
    return _named("signal_void", sentence, shares)


def _outside(scan: Scan, what: npt.NDArray[np.bool_], words: str) -> list[Observation]:
    shares = _above(_shares(scan, what), NEGATIVE_SHARE)
    return _named("negative_signal", f"Voxels inside muscle have {words}: {_listed(shares)}.", shares)


def _zeros(scan: Scan) -> list[Observation]:
    shares = _above(_shares(scan, scan.fraction == 0), ZERO_SHARE)
    sentence = (
        f"Voxels inside muscle are exactly 0 in the fat-fraction map and count as 0 % fat: {_listed(shares)}. "
        "Maps store voxels without a signal the same way."
    )
    return _named("zero_fraction", sentence, shares)


def _exchanged(scan: Scan, muscle: npt.NDArray[np.bool_], first_slice: int) -> list[Observation]:
    if all_exchanged(scan, muscle):
        sentence = (
            "Most voxels inside the muscles have a fat fraction above 80 %. The water and fat images may have been given in "
            "each other's place, or were exchanged in the reconstruction."
        )
        return [Observation("swap_suspected", sentence)]
    found = exchanged_structures(scan)
    listed = ", ".join(
        f"{structure.name} ({slices_in_words([k + first_slice for k in slices])})" for structure, slices in found.items()
    )
    sentence = (
        f"A connected part of a muscle has a fat fraction above 80 %, yet looks like muscle otherwise: {listed}. "
        "Water and fat may have been exchanged there in the reconstruction."
    )
    return _named("swap_suspected", sentence, found)


def _storage_factor(images: Images, view: AxialView, box: Box, memory: Memory) -> Factor:
    """:func:`factor_applied_to_one` around the muscles: a matter of the images, and so looked at once for many edits."""
    shape = view.image.array.shape
    k, j, i = (
        slice(side.start // COARSE_VOXELS * COARSE_VOXELS, min(-(-side.stop // COARSE_VOXELS) * COARSE_VOXELS, length))
        for side, length in zip(box, shape, strict=True)
    )
    key = (k.start, k.stop, j.start, j.stop, i.start, i.stop)
    if key not in memory:
        fat, water = (view.reorder(images[role].array)[k, j, i] for role in (Role.FAT, Role.WATER))
        memory[key] = factor_applied_to_one(fat, water)
    return memory[key]


def _scales(scan: Scan, muscle: npt.NDArray[np.bool_], factor: Factor) -> list[Observation]:
    assert scan.total is not None
    ratio = fat_to_muscle_brightness(scan.fraction, scan.total, scan.labels, muscle)
    beside = "" if ratio is None else f" Pure fat beside the muscles is {ratio:.1f} times as bright as lean muscle."
    if factor is not None:
        name, step = factor
        other = "water" if name == "fat" else "fat"
        sentence = (
            f"The {name} image holds whole multiples of {step:.6g}, the {other} image plain whole numbers, as if the "
            f"storage factor had been applied to one of the two only. Fat fractions depend on it.{beside}"
        )
        return [Observation("scales_differ", sentence)]
    if ratio is None or BRIGHTNESS_LIMITS[0] <= ratio <= BRIGHTNESS_LIMITS[1]:
        return []
    sentence = f"The water and fat images may not share one intensity scale.{beside} Fat fractions depend on it."
    return [Observation("scales_differ", sentence)]


def _edges(scan: Scan) -> list[Observation]:
    shares = _shares(scan, scan.fraction == 1)
    answered = _shares(scan, ~np.isnan(scan.fraction))
    extreme = {
        structure: share
        for structure, share in shares.items()
        if answered[structure] > 0 and not EDGE_SHARE <= share / answered[structure] <= 1 - EDGE_SHARE
    }
    sentence = (
        "The threshold lies at the edge of the muscle's histogram, almost all voxels are on one side of it; fat: "
        f"{_listed(extreme)}."
    )
    return _named("threshold_at_edge", sentence, extreme)


def _fits(parameters: Mapping[str, object]) -> list[Observation]:
    """What the record of the fits tells, by the names they were fitted under (``MF``, ``MF_right``, ``all muscles``)."""
    fits = parameters.get("fits")
    if not isinstance(fits, Mapping):
        return []
    found = []
    for name, fit in fits.items():
        if fit["voxels"] < FEW_VOXELS:
            sentence = f"The threshold of {name} was fitted on {fit['voxels']} voxels only."
            found.append(Observation("few_voxels_fitted", sentence, _fitted(name)))
        elif fit["threshold"] is None:
            sentence = f"The voxels of {name} have too few different values for a threshold."
            found.append(Observation("no_threshold", sentence, _fitted(name)))
        if fit.get("converged") is False:
            found.append(
                Observation("fit_not_settled", f"The fit of the mixture for {name} had not settled.", _fitted(name))
            )
    return found


def _fitted(name: str) -> tuple[str, ...]:
    """Identifiers of the muscles that a fit speaks for; empty for the whole scan."""
    return tuple(
        structure.identifier for structure in BY_VALUE.values() if name in (structure.abbreviation, structure.identifier)
    )
