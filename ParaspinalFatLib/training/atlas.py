"""A painted subject from the BodyParts3D atlas: pelvis, iliacus, sacrum and bone, which the scanned subjects hardly show.

The atlas's own multifidus, erector spinae and quadratus lumborum are too thin or misplaced (see its README), so the
space behind the spine is painted as muscle and labelled unknown: the network learns the surroundings here and the
muscles elsewhere.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from ParaspinalFatLib.training.contrast import noise
from ParaspinalFatLib.training.partial_labels import UNKNOWN
from ParaspinalFatLib.training.subjects import Subject, read_slices

LOWEST, HIGHEST, STEP = 38, 100, 3
"""Atlas slices used (S2 to L5, 1 mm apart; below L4 the quadratus lumborum is absent in life as well)."""

STRUCTURE_OF = {7: 5, 8: 6, 9: 9, 10: 10, 54: 15, 88: 14}
STRUCTURE_OF |= dict.fromkeys(range(60, 67), 12) | dict.fromkeys(range(70, 77), 13)
STRUCTURE_OF |= dict.fromkeys(range(80, 87), 11) | dict.fromkeys(range(90, 97), 11)
"""Atlas value -> anatomy value."""

NOT_TRUSTED = (1, 2, 3, 4, 5, 6, 11, 12, *range(35, 44), 100, 101)
"""Atlas values in the paraspinal compartment."""

FATTY = {102: 0.85, 105: 1.0}
MARROW = (*range(60, 67), *range(70, 77), 50, 51, 52, 53, 54)
CAVITY = (103, 104)
SKIN = 106


def load_bodyparts3d(data: Path, seed: int = 0) -> Subject:
    """The atlas as a subject with painted water and fat images (muscle water 1, pure fat 1)."""
    volume, spacing = read_slices(data / "bodyparts3d" / "labels.nii.gz")
    atlas = volume[LOWEST:HIGHEST:STEP]
    rng = np.random.default_rng(seed)
    painted = [paint_atlas_slice(rng, plane) for plane in atlas]
    water, fat = (np.stack(images) for images in zip(*painted, strict=True))
    return Subject("bodyparts3d", water, fat, atlas_labels(atlas), spacing[1:])


def atlas_labels(atlas: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Anatomy values of atlas values, 255 in the compartment whose muscles are not trusted."""
    table = np.zeros(256, np.uint8)
    for value, structure in STRUCTURE_OF.items():
        table[value] = structure
    table[list(NOT_TRUSTED)] = UNKNOWN
    return table[atlas]


def paint_atlas_slice(
    rng: np.random.Generator, plane: npt.NDArray[np.uint8]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Water and fat images (h, w) of one atlas slice, with texture, dark cortical bone and a patchwork of organs."""
    fraction = np.full(256, 0.05, np.float32)
    fraction[list(MARROW)] = rng.uniform(0.3, 0.6)
    for value, share in FATTY.items():
        fraction[value] = share
    fat = fraction[plane]
    organs = noise(rng, plane.shape, 7.0) + 0.3 * noise(rng, plane.shape, 2.0)
    cavity = np.isin(plane, CAVITY)
    fat[cavity] = np.clip(0.5 + 2.0 * organs[cavity], 0.03, 1.0)
    signal = np.where(plane == 0, 0.0, 1.0).astype(np.float32)
    marrow = np.isin(plane, MARROW)
    signal[marrow & (ndimage.distance_transform_edt(marrow) <= 1.5)] = 0.15
    signal[plane == SKIN] = 0.7
    signal *= np.exp(0.08 * noise(rng, plane.shape, 1.0) + 0.08 * noise(rng, plane.shape, 4.0))
    fat = np.clip(fat + 0.05 * noise(rng, plane.shape, 1.5) * (fat > 0.04), 0, 1)
    water, fat = (ndimage.gaussian_filter(signal * part, 0.7) for part in (1 - fat, fat))
    return water.astype(np.float32), fat.astype(np.float32)
