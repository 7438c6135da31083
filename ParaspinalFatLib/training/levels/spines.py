"""Midline planes of the sagittal data sets, in one table of classes."""

from __future__ import annotations

from collections.abc import Collection as Names
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.measurement.spine_classes import SpineClass
from ParaspinalFatLib.training.partial_labels import UNKNOWN
from ParaspinalFatLib.training.sagittal import SPINES
from ParaspinalFatLib.training.sources import require_different_names, require_known
from ParaspinalFatLib.training.subjects import Labels, read_slices

SETS = (SPINES, "spider_t2_sagittal")

HALF_WIDTH = 8
"""Planes this far to either side of the middle are used: 8 mm, within the vertebral body of anybody."""

FACING = -0.7
"""Between two bodies lies what sees their nearest points in nearly opposite directions (cosine of the angle)."""

WIDEST_DISC_MM, TALLEST_BODY_MM = 20.0, 42.0
"""Nothing farther apart than this has one disc, or one body, in between."""

CORE_MM = (9.0, 3.0)
"""Half depth and half height of the part of the disc on the sacrum that is certain where only L5 was labelled."""

BELOW_L5_MM = 5.0
"""From the end of L5 to the middle of the disc below it."""


@dataclass(frozen=True, eq=False)
class Spine:
    """Midline planes of one subject, pixels of 1 mm.

    Attributes:
        name: folder of the subject.
        images: (n, k, j) float32; neighbouring planes are neighbours in the scan.
        labels: (n, k, j) uint8 of :class:`SpineClass`, 255 where nobody knows.
        discs: discs (k, j) in mm, from the one on the sacrum upwards, as the whole scan's labels have them; without
            those that nobody labelled (at the lower end: not a number).
    """

    name: str
    images: npt.NDArray[np.float32]
    labels: Labels
    discs: npt.NDArray[np.float64]


def load_spines(data: Path, without: Names[str] = ()) -> list[Spine]:
    """All subjects of the sagittal data sets but those named.

    Args:
        data: folder of the data sets.
        without: names of subjects or data sets to leave out (to test on).

    Raises:
        InputError: none is left or found, two have one name, or nobody has a name that is to be left out.
    """
    folders = [path for name in SETS for path in sorted((data / name).glob("*")) if (path / "labels.nii.gz").exists()]
    names = {path.name for path in folders}.union(SETS)
    require_known(without, names, names)
    require_different_names(folders)
    spines = [load_spine(path) for path in folders if not {path.name, path.parent.name} & set(without)]
    if not spines:
        raise InputError(f"No sagittal scan with labels was found under {data}. Give --data a folder that holds one.")
    return spines


def load_spine(folder: Path) -> Spine:
    """The midline planes of one subject of any of the sets."""
    image, _ = read_slices(folder / "image.nii.gz")
    drawn, _ = read_slices(folder / "labels.nii.gz")
    middle = round(float(np.median(np.nonzero(np.isin(drawn, (1, 2, 3, 4, 5, 11, 12, 13, 14, 15)))[2])))
    reach = HALF_WIDTH if folder.parent.name == SETS[0] else max(2, drawn.shape[2] // 6)
    chosen = slice(max(0, middle - reach), middle + reach + 1)
    convert = _spider if folder.parent.name == SETS[1] else _numbered_bodies if drawn.max() <= 5 else _numbered_discs
    planes = np.moveaxis(image[:, :, chosen], 2, 0).astype(np.float32)
    labels, discs = convert(drawn, range(chosen.start, min(chosen.stop, drawn.shape[2])))
    return Spine(folder.name, np.maximum(planes, 0), labels, discs)


def _spider(drawn: Labels, chosen: range) -> tuple[Labels, npt.NDArray[np.float64]]:
    """Vertebra, disc and canal of every level seen; the lowest disc is the one on the sacrum."""
    pieces, count = ndimage.label(drawn == 2)
    sizes = ndimage.sum_labels(np.ones_like(pieces), pieces, range(1, count + 1))
    kept = [number for number in range(1, count + 1) if sizes[number - 1] > 0.1 * sizes.max()]
    centres = np.array(ndimage.center_of_mass(drawn == 2, pieces, kept))[:, :2]
    order = np.argsort(centres[:, 0])
    kept, centres = [kept[index] for index in order], centres[order]
    canal = _canal_line(drawn == 3)
    rows, columns = np.mgrid[: drawn.shape[0], : drawn.shape[1]]
    top = int(np.nonzero((drawn > 0).any(axis=(1, 2)))[0].max())
    planes = []
    for i in chosen:
        plane = np.zeros(drawn.shape[:2], np.uint8)
        body = (drawn[:, :, i] == 1) & (columns < canal[:, None])
        plane[body] = SpineClass.BODY
        plane[drawn[:, :, i] == 2] = SpineClass.DISC
        plane[pieces[:, :, i] == kept[0]] = SpineClass.LOWEST_DISC
        plane[body & _below(rows, columns, centres)] = SpineClass.LOWEST_BODY
        plane[top - 3 :] = UNKNOWN
        planes.append(plane)
    return np.stack(planes), centres


def _canal_line(canal: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Column of the canal's middle at every row, continued above and below it."""
    heights = np.flatnonzero(canal.any(axis=(1, 2)))
    columns = [np.median(np.nonzero(canal[k])[0]) for k in heights]
    return np.interp(np.arange(len(canal)), heights, columns)


def _below(rows: np.ndarray, columns: np.ndarray, centres: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Pixels nearer to the caudal side than the second disc's middle, along the line from the first to the second."""
    along = centres[1] - centres[0]
    return (rows - centres[1][0]) * along[0] + (columns - centres[1][1]) * along[1] < 0


def _numbered_bodies(drawn: Labels, chosen: range) -> tuple[Labels, npt.NDArray[np.float64]]:
    """Bodies L1 to L5 (1 to 5); discs lie between them, the one on the sacrum below the end of L5."""
    planes = []
    for i in chosen:
        plane = np.zeros(drawn.shape[:2], np.uint8)
        bodies = [_largest(drawn[:, :, i] == value) for value in (5, 4, 3, 2, 1)]
        for lower, upper in pairwise(bodies):
            plane[between(lower, upper, WIDEST_DISC_MM)] = SpineClass.DISC
        _unknown_ends(plane, bodies[0], bodies[-1])
        lowest = _below_l5(bodies)
        plane[lowest] = SpineClass.LOWEST_DISC
        for body in bodies[1:]:
            plane[body] = SpineClass.BODY
        plane[bodies[0]] = SpineClass.LOWEST_BODY
        planes.append(plane)
    labels = np.stack(planes)
    middle = labels[len(labels) // 2]
    points = [ndimage.center_of_mass(middle == SpineClass.LOWEST_DISC)]
    centres = [ndimage.center_of_mass(_largest(drawn[:, :, chosen[len(chosen) // 2]] == value)) for value in (5, 4, 3, 2, 1)]
    pieces, _ = ndimage.label(middle == SpineClass.DISC)
    for lower, upper in pairwise(centres):
        number = pieces[tuple(np.round(np.add(lower, upper) / 2).astype(int))]
        points.append(ndimage.center_of_mass(pieces == number) if number else tuple(np.add(lower, upper) / 2))
    points[0] = (np.nan, np.nan)
    return labels, np.array(points)


def _unknown_ends(plane: Labels, lowest: npt.NDArray[np.bool_], highest: npt.NDArray[np.bool_]) -> None:
    """Below the middle of the lowest body and above the top of the highest one nobody labelled anything."""
    plane[: round(ndimage.center_of_mass(lowest)[0])] = UNKNOWN
    plane[int(np.nonzero(highest)[0].max()) - 1 :] = UNKNOWN


def _below_l5(bodies: list[npt.NDArray[np.bool_]]) -> npt.NDArray[np.bool_]:
    """The certain core of the disc on the sacrum, by continuing the curve of the bodies L3, L4, L5."""
    l5, l4, l3 = (np.array(ndimage.center_of_mass(body)) for body in bodies[:3])
    upper, lower = l4 - l3, l5 - l4
    bend = np.arctan2(lower[1], lower[0]) - np.arctan2(upper[1], upper[0])
    bend = np.clip((bend + np.pi) % (2 * np.pi) - np.pi, -0.6, 0.6)
    turn = np.array([[np.cos(bend), -np.sin(bend)], [np.sin(bend), np.cos(bend)]])
    down = turn @ (lower / np.linalg.norm(lower))
    offsets = np.argwhere(bodies[0]) - l5
    on_axis = np.abs(offsets @ np.array([-down[1], down[0]])) < 6
    end = float((offsets[on_axis] @ down).max())
    middle = l5 + (end + BELOW_L5_MM) * down
    grid = np.moveaxis(np.mgrid[: bodies[0].shape[0], : bodies[0].shape[1]], 0, -1) - middle
    return (np.abs(grid @ down) <= CORE_MM[1]) & (np.abs(grid @ np.array([-down[1], down[0]])) <= CORE_MM[0])


def _numbered_discs(drawn: Labels, chosen: range) -> tuple[Labels, npt.NDArray[np.float64]]:
    """Discs L1/2 to L5/S1 (11 to 15); bodies lie between them."""
    planes = []
    for i in chosen:
        plane = np.zeros(drawn.shape[:2], np.uint8)
        discs = [_largest(drawn[:, :, i] == value) for value in (15, 14, 13, 12, 11)]
        for number, (lower, upper) in enumerate(pairwise(discs)):
            inside = between(lower, upper, TALLEST_BODY_MM)
            plane[inside] = SpineClass.BODY if number else SpineClass.LOWEST_BODY
        plane[round(ndimage.center_of_mass(discs[-1])[0]) :] = UNKNOWN
        for number, disc in enumerate(discs):
            plane[disc] = SpineClass.DISC if number else SpineClass.LOWEST_DISC
        planes.append(plane)
    centres = [ndimage.center_of_mass(drawn == value)[:2] for value in (15, 14, 13, 12, 11)]
    return np.stack(planes), np.array(centres)


def between(one: npt.NDArray[np.bool_], other: npt.NDArray[np.bool_], widest_mm: float) -> npt.NDArray[np.bool_]:
    """Pixels of 1 mm between two structures: each lies in nearly opposite directions, and both are near."""
    if not one.any() or not other.any():
        return np.zeros_like(one)
    grid = np.mgrid[: one.shape[0], : one.shape[1]]
    away = []
    for structure in (one, other):
        nearest = ndimage.distance_transform_edt(~structure, return_distances=False, return_indices=True)
        away.append((nearest - grid).astype(np.float32))
    lengths = [np.hypot(*vector) for vector in away]
    product = lengths[0] * lengths[1]
    cosine = (away[0] * away[1]).sum(axis=0) / np.maximum(product, 1e-6)
    return (product > 0) & (cosine < FACING) & (lengths[0] + lengths[1] < widest_mm)


def _largest(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    pieces, count = ndimage.label(mask)
    if count < 2:
        return mask
    return pieces == 1 + np.argmax(ndimage.sum_labels(mask, pieces, range(1, count + 1)))
