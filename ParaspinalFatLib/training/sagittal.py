"""Axial reformats of sagittal scans with labelled vertebral bodies or discs: narrow, but many spines of two more contrasts.

Only the inside of a drawn body or disc is taken as known. Around it nobody drew anything: in slices through the middle of a
body or disc what lies beside it is known to be neither, everything else is unknown. The T2 patients of
``spider_t2_sagittal``, whose canal is drawn too, are not used: their voxel size is not known, they are thin slabs around the
midline, and the brightness jumps between their slices, which axial reformats cross.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy import ndimage

from ParaspinalFatLib.training.partial_labels import OFF_COLUMN, OPEN, UNKNOWN
from ParaspinalFatLib.training.subjects import Labels, Subject, read_slices

SPINES = "sagittal_vertebrae"
"""Public data set of narrow views of many spines, a folder each."""

BODY, DISC = 12, 11
FIRST_DISC_VALUE = 11
"""In these sets values 1 to 5 are the bodies L1 to L5 and 11 to 15 the discs L1/L2 to L5/S1."""

SIDE_MARGIN_MM = 4
"""The sides of the labels are generous by up to one sagittal slice."""

END_MARGIN_MM = 2
"""Slices this close to the upper or lower end of a body or disc mix it with the neighbour."""

MIDDLE_SHARE = 0.4
"""Part of a body's or disc's height, around its middle, in which an axial slice meets nothing else of the column."""

OFF_FRONT_MM, OFF_SIDE_MM = 7, 2
"""What lies so far outside a drawn outline is off the column: tilted ends reach beyond it in front and behind, and the sides
of the labels are generous."""

LOWEST_VALUES = (5, 15)
"""L5 and L5/S1: tilted too much for this rule."""

STEP = 2


def load_sagittal(data: Path) -> list[Subject]:
    """Every subject of :data:`SPINES` as a stack of axial slices of fixed contrast."""
    folders = sorted(path for path in (data / SPINES).iterdir() if path.is_dir())
    return [load_sagittal_subject(folder) for folder in folders]


def load_sagittal_subject(folder: Path) -> Subject:
    """Axial slices (every other mm) through the bodies or discs of one sagittal scan."""
    image, spacing = read_slices(folder / "image.nii.gz")
    drawn, _ = read_slices(folder / "labels.nii.gz")
    labels = certain_inside(drawn)
    chosen = np.flatnonzero((labels < OPEN).any(axis=(1, 2)))[::STEP]
    scaled = np.maximum(image[chosen], 0).astype(np.float32) / np.float32(np.percentile(image, 99.5))
    return Subject(folder.name, scaled, None, labels[chosen], spacing[1:])


def certain_inside(drawn: Labels) -> Labels:
    """Body or disc where it is certain, 252 where neither can be, 255 elsewhere; (k, j, i), voxels of 1 mm.

    Args:
        drawn: values of these sets.
    """
    labels = np.full(drawn.shape, UNKNOWN, np.uint8)
    around = np.ones((2 * OFF_FRONT_MM + 1, 2 * OFF_SIDE_MM + 1), bool)
    element = np.ones((2 * END_MARGIN_MM + 1, 3, 2 * SIDE_MARGIN_MM + 1), bool)
    for value in np.unique(drawn[drawn > 0]):
        for k in _middle_slices(drawn == value) if value not in LOWEST_VALUES else ():
            labels[k][~ndimage.binary_dilation(drawn[k] > 0, around)] = OFF_COLUMN
    for value in np.unique(drawn[drawn > 0]):
        inside = ndimage.binary_erosion(drawn == value, element)
        labels[inside] = DISC if value >= FIRST_DISC_VALUE else BODY
    return labels


def _middle_slices(structure: np.ndarray) -> range:
    """Slices of a structure (k, j, i) around the middle of its height."""
    heights = np.flatnonzero(structure.any(axis=(1, 2)))
    cut = (1 - MIDDLE_SHARE) / 2 * len(heights)
    return range(heights[0] + round(cut), heights[-1] + 1 - round(cut))
