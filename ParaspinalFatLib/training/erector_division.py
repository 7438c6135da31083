"""Where iliocostalis ends and longissimus begins in the scanned subjects, whose labels know only the erector spinae.

The fat cleft between the two can be followed in both subjects, from the notch under the fascia towards the transverse
process (picked by eye on enlarged slices, not by an anatomist). It is kept in coordinates of the erector spinae's own mask,
carried between slices, and continued to the front, where nothing shows it, so that the longissimus has the share that
manual outlines gave it. Around the border a belt is left open, the wider the less it is seen, and so are slices far from
every pick: what is not sure teaches nothing. The BodyParts3D atlas names both muscles too, but gives the longissimus 53 to
72 % between L5 and L1, because its quadratus lumborum lies where the living iliocostalis is: its division was not used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from ParaspinalFatLib.segmentation.division import PARTS, WHOLE
from ParaspinalFatLib.training.subjects import Labels, Subject

OPEN_DIVISION, ILIOCOSTALIS, LONGISSIMUS = 0, 1, 2
"""Values of a division map."""

Border = tuple[tuple[float, float], ...]
"""Points from behind to the front: height above the mask's hindmost row and distance from its medial column, as parts of the
mask's depth and width."""

RIGHT, LEFT = 3, 4

_AS_NEIGHBOUR: Border = ((0.15, 0.48), (0.4, 0.42))
"""Where this subject shows no cleft at L4/5: that of the other subject there."""

BORDERS: Mapping[str, Mapping[int, Mapping[int, Border]]] = {
    "tum01": {
        RIGHT: {
            1: _AS_NEIGHBOUR,
            13: ((0.11, 0.35),),
            16: ((0.1, 0.35),),
            19: ((0.13, 0.33), (0.24, 0.42)),
            22: ((0.18, 0.39), (0.3, 0.45)),
            25: ((0.13, 0.41), (0.39, 0.54)),
            28: ((0.14, 0.37), (0.27, 0.46)),
        },
        LEFT: {
            1: _AS_NEIGHBOUR,
            7: ((0.23, 0.37),),
            10: ((0.17, 0.4),),
            13: ((0.13, 0.44),),
            16: ((0.15, 0.43), (0.26, 0.37)),
            19: ((0.2, 0.4),),
            22: ((0.1, 0.39), (0.32, 0.48)),
            25: ((0.17, 0.37), (0.42, 0.48)),
        },
    },
    "musclemap_sub0001": {
        RIGHT: {
            8: ((0.1, 0.5), (0.23, 0.43), (0.35, 0.46)),
            9: ((0.11, 0.51), (0.25, 0.44), (0.36, 0.42)),
            10: ((0.11, 0.5), (0.25, 0.5), (0.38, 0.44), (0.53, 0.33)),
            11: ((0.13, 0.44), (0.26, 0.46), (0.42, 0.42), (0.51, 0.37)),
            12: ((0.17, 0.44), (0.31, 0.46), (0.44, 0.42), (0.56, 0.37)),
            14: ((0.13, 0.45), (0.28, 0.47), (0.41, 0.45), (0.54, 0.41), (0.65, 0.36)),
            16: ((0.12, 0.45), (0.29, 0.48), (0.44, 0.49)),
            19: ((0.04, 0.47), (0.16, 0.47), (0.28, 0.51), (0.42, 0.53)),
        },
        LEFT: {
            9: ((0.11, 0.44), (0.22, 0.47)),
            10: ((0.07, 0.48), (0.2, 0.46), (0.33, 0.38), (0.45, 0.33)),
            11: ((0.11, 0.49), (0.21, 0.49), (0.36, 0.42), (0.49, 0.38)),
            12: ((0.16, 0.49), (0.27, 0.49), (0.38, 0.44), (0.49, 0.41)),
            14: ((0.13, 0.45), (0.31, 0.45), (0.49, 0.42), (0.62, 0.41)),
            16: ((0.04, 0.47), (0.21, 0.44), (0.34, 0.44)),
            19: ((0.1, 0.46), (0.25, 0.45)),
        },
    },
}
"""Picked borders by subject, side (label value of the erector spinae) and slice."""

LONGISSIMUS_SHARE = 0.38
"""Of the erector spinae's area in a slice: 0.36 to 0.40 in manual outlines from L2/3 to L4/5 (JOR Spine 2024, table 4:
ratios of the mean relative areas, internal and external test patients)."""

STEEPEST = 0.6
"""The unseen part of a border moves sideways by at most this part of the mask's width over the mask's depth."""

REACH_SLICES = 2
"""Slices further than this below the lowest or above the highest pick stay open."""

BELT_MM, BELT_GROWTH, WIDEST_BELT_MM = 2.5, 0.2, 6.0
"""Half width of the open belt where the cleft is seen, its growth for every mm away from there, and its limit."""

_HEIGHTS = np.linspace(0.0, 1.0, 41)


def with_division(subject: Subject, borders: Mapping[int, Mapping[int, Border]] | None = None) -> Subject:
    """The subject with a division map, if its labels name iliocostalis and longissimus or its borders were picked.

    In the labels both become erector spinae, which the network outlines as one.

    Args:
        subject: to be divided.
        borders: by side and slice, as in :data:`BORDERS`.
    """
    division = division_map(subject.labels, borders or {}, subject.pixel_mm)
    return replace(subject, labels=WHOLE[subject.labels], division=division) if division.any() else subject


def division_map(
    labels: Labels, borders: Mapping[int, Mapping[int, Border]], pixel_mm: tuple[float, float]
) -> npt.NDArray[np.uint8]:
    """(k, j, i) :data:`ILIOCOSTALIS` and :data:`LONGISSIMUS` where the labels or the borders say so; otherwise 0."""
    division = np.zeros(labels.shape, np.uint8)
    for parts in PARTS.values():
        division[labels == parts.iliocostalis] = ILIOCOSTALIS
        division[labels == parts.longissimus] = LONGISSIMUS
    for side, picked in borders.items():
        for index in range(max(0, min(picked) - REACH_SLICES), min(len(labels), max(picked) + REACH_SLICES + 1)):
            mask = labels[index] == side
            if mask.any():
                division[index][mask] = divided_slice(mask, border_between(picked, index), side == RIGHT, pixel_mm)[mask]
    return division


def named(labels: Labels, division: Labels) -> Labels:
    """Labels whose erector spinae is named iliocostalis or longissimus where the division is known (a copy)."""
    result = labels.copy()
    for whole, parts in PARTS.items():
        result[(labels == whole) & (division == ILIOCOSTALIS)] = parts.iliocostalis
        result[(labels == whole) & (division == LONGISSIMUS)] = parts.longissimus
    return result


def border_between(borders: Mapping[int, Border], index: int) -> npt.NDArray[np.float64]:
    """The picked border in a slice, from the picked slices on either side, continued straight beyond its ends.

    Returns:
        (3, heights): height, distance from the medial edge, and height of the nearest point that was picked.
    """
    picked = sorted(borders)
    lines = np.array([_at_all_heights(borders[key]) for key in picked])
    between = [[np.interp(index, picked, line) for line in lines[:, row].T] for row in (0, 1)]
    return np.array([_HEIGHTS, *between])


def divided_slice(
    mask: npt.NDArray[np.bool_], border: npt.NDArray[np.float64], lateral_is_first: bool, pixel_mm: tuple[float, float]
) -> Labels:
    """Division map (h, w) of one side's erector spinae in a slice.

    Args:
        mask: (h, w) the erector spinae; rows run to posterior.
        border: as :func:`border_between` gives it.
        lateral_is_first: whether the lateral side lies at low columns (the patient's right).
        pixel_mm: (row, column).
    """
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    depth, width = max(rows[-1] - rows[0], 1), max(columns[-1] - columns[0], 1)
    height = (rows[-1] - np.arange(mask.shape[0])) / depth
    column = np.arange(mask.shape[1])
    from_medial = (columns[-1] - column if lateral_is_first else column - columns[0]) / width
    lateral = _lateral(mask, height, from_medial, border)
    unseen_mm = np.interp(height, border[0], np.abs(border[0] - border[2])) * depth * pixel_mm[0]
    belt = np.minimum(BELT_MM + BELT_GROWTH * unseen_mm, WIDEST_BELT_MM)[:, None]
    distance = np.where(lateral, *(ndimage.distance_transform_edt(part, sampling=pixel_mm) for part in (lateral, ~lateral)))
    parts = np.where(lateral, ILIOCOSTALIS, LONGISSIMUS)
    return np.where(mask & (distance > belt), parts, OPEN_DIVISION).astype(np.uint8)


def _at_all_heights(border: Border) -> npt.NDArray[np.float64]:
    """(2, heights): distance from the medial edge at every height, and the height of the nearest pick."""
    height, distance = np.array(border).T
    return np.stack([np.interp(_HEIGHTS, height, distance), np.clip(_HEIGHTS, height[0], height[-1])])


def _lateral(
    mask: npt.NDArray[np.bool_],
    height: npt.NDArray[np.float64],
    from_medial: npt.NDArray[np.float64],
    border: npt.NDArray[np.float64],
) -> npt.NDArray[np.bool_]:
    """What lies lateral of the border, whose unseen front part is turned until the longissimus has its share."""
    seen, unseen = np.interp(height, border[0], border[1]), np.maximum(height - border[2, -1], 0)
    low, high = -STEEPEST, STEEPEST
    while high - low > 0.01:
        slope = (low + high) / 2
        lateral = from_medial[None, :] > (seen + slope * unseen)[:, None]
        if np.count_nonzero(mask & ~lateral) > LONGISSIMUS_SHARE * np.count_nonzero(mask):
            high = slope
        else:
            low = slope
    return lateral
