"""Connected pieces of one structure: the largest one, those too small to be anatomy, and holes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import ndimage

Mask = npt.NDArray[np.bool_]

EIGHT_NEIGHBOURS_AND_SLICES = np.ones((3, 3, 3), bool)
"""Pieces touch through faces, edges and corners, within a slice and between neighbouring slices."""

FOUR_NEIGHBOURS_IN_SLICE = np.array([[[0, 0, 0]] * 3, [[0, 1, 0], [1, 1, 1], [0, 1, 0]], [[0, 0, 0]] * 3], bool)
"""Holes are what the eight-connected rim does not let out, slice by slice."""

_NEXT_SLICE = np.array([[[1]], [[1]], [[1]]], bool)


def pieces(mask: Mask, bridge_slices: bool = False) -> tuple[npt.NDArray[np.int32], int]:
    """Number the connected pieces of a (k, j, i) mask from 1.

    Args:
        bridge_slices: parts that overlap in plane across one or two missing slices count as one piece: the network may miss
            a muscle in a slice with an artefact, and the smaller half is no crumb.
    """
    grown = ndimage.binary_dilation(mask, _NEXT_SLICE) if bridge_slices else mask
    numbers, count = ndimage.label(grown, EIGHT_NEIGHBOURS_AND_SLICES, output=np.int32)
    numbers[~mask] = 0
    return numbers, count


def largest_areas(numbers: npt.NDArray[np.int32], count: int) -> npt.NDArray[np.int64]:
    """(count + 1,) pixels that each piece covers in the slice where it is largest; background (0) counts 0."""
    areas = np.stack([np.bincount(plane.ravel(), minlength=count + 1) for plane in numbers]).max(axis=0)
    areas[0] = 0
    return areas


def implausible(mask: Mask, smallest_area: float, single: bool) -> Mask:
    """Which voxels of a structure to remove.

    Args:
        mask: (k, j, i) one structure.
        smallest_area: pieces that cover fewer pixels than this in every slice are crumbs.
        single: the structure is one body, so only its largest piece stays.
    """
    numbers, count = pieces(mask, bridge_slices=single)
    stays = largest_areas(numbers, count) >= smallest_area
    if single:
        volumes = np.bincount(numbers.ravel(), minlength=count + 1)
        volumes[0] = 0
        stays &= np.arange(count + 1) == np.argmax(volumes)
    return mask & ~stays[numbers]


def fill_small_holes(labels: npt.NDArray[np.uint8], largest_area: float) -> int:
    """Fill, in place, background that one structure alone encloses within a slice.

    Args:
        labels: (k, j, i) label values.
        largest_area: holes of more pixels than this stay; they are anatomy or worth the reader's eye.

    Returns:
        How many voxels were filled.
    """
    numbers, count = ndimage.label(labels == 0, FOUR_NEIGHBOURS_IN_SLICE, output=np.int32)
    small = np.bincount(numbers.ravel(), minlength=count + 1) <= largest_area
    small[0] = False
    k, j, i = np.nonzero(small[numbers])
    lowest, highest = np.full(count + 1, 255), np.zeros(count + 1, int)
    hole = numbers[k, j, i]
    for rows, columns in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        neighbour = _value_at(labels, k, j + rows, i + columns)
        rim = neighbour != 0
        np.minimum.at(lowest, hole[rim], neighbour[rim])
        np.maximum.at(highest, hole[rim], neighbour[rim])
        lowest[hole[neighbour == EDGE]] = 0
    enclosed = lowest[hole] == highest[hole]
    labels[k[enclosed], j[enclosed], i[enclosed]] = highest[hole[enclosed]]
    return int(np.count_nonzero(enclosed))


EDGE = 255
"""Stands for what lies beyond the image: a bay of background at the edge is no hole."""


def _value_at(labels: npt.NDArray[np.uint8], k: np.ndarray, j: np.ndarray, i: np.ndarray) -> npt.NDArray[np.int64]:
    inside = (j >= 0) & (j < labels.shape[1]) & (i >= 0) & (i < labels.shape[2])
    values = np.full(len(k), EDGE)
    values[inside] = labels[k[inside], j[inside], i[inside]]
    return values
