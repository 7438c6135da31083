"""A training subject in axial order: a water image, a fat image and a label map, from which every contrast is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypedDict

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk
from scipy import ndimage

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.training.partial_labels import (
    beside_is_no_muscle,
    far_unknown_is_background,
    far_unknown_is_undrawn,
    settle_rims,
    unknown_before_psoas_is_background,
    unknown_is_beside,
)

Slices = npt.NDArray[np.float32]
Labels = npt.NDArray[np.uint8]

SILVER_OTHER_TISSUE = (16, 17, 18)
"""Silver labels for subcutaneous fat, other muscle and other tissue: background for the network."""


class Drawn(TypedDict):
    """How far psoas and quadratus lumborum are drawn: arguments of ``partial_labels.beside_is_no_muscle``."""

    rim_mm: float
    quadratus: slice


DRAWN: dict[str, Drawn] = {
    # Where they border on fat settle_rims brings the border to the middle of the edge, elsewhere the drawn border lies there
    # already (by eye, on the water image); the tips are cut off below k = 7.
    "tum01": {"rim_mm": 0.0, "quadratus": slice(7, 27)},
    # The source's own labels, whole; at k = 9 only slivers of the quadratus lumborum.
    "musclemap_sub0001": {"rim_mm": 0.0, "quadratus": slice(10, None)},
}
"""What is known of the real subjects' labels."""


@dataclass(frozen=True)
class Subject:
    """Images of one subject on one in-plane grid, in axial order (caudal to cranial, anterior to posterior, right to left).

    Attributes:
        name: identifier, written on the weights' card.
        water: (k, j, i), bias-corrected; muscle near 1. Where ``fat`` is None: an image of one fixed contrast.
        fat: (k, j, i), bias-corrected; pure fat near 1. None where water and fat were not separated.
        labels: (k, j, i) anatomy values, 0 background, 250 to 255 partly or wholly unknown (:mod:`partial_labels`).
        pixel_mm: in-plane voxel size (j, i).
        division: (k, j, i) which part of the erector spinae a voxel is, 0 where that is not known
            (:mod:`erector_division`), or None.
        slice_mm: distance of the slices, where they follow each other evenly: oblique slices can be cut. None: they cannot.
        case: the person or case whose images these are; the same as the name where empty.
        images: names of the image files, CASE_CONTRAST.
    """

    name: str
    water: Slices
    fat: Slices | None
    labels: Labels
    pixel_mm: tuple[float, float]
    division: Labels | None = None
    slice_mm: float | None = None
    case: str = ""
    images: tuple[str, ...] = ()

    @property
    def called(self) -> frozenset[str]:
        """Every name by which it can be left out: its own, its case's and those of its images."""
        return frozenset((self.name, self.case_name, *self.images))

    @property
    def case_name(self) -> str:
        """The person or case whose images these are."""
        return self.case or self.name

    def select(self, slices: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> Subject:
        """The same subject with only some of its slices (an index or boolean array)."""
        fat = None if self.fat is None else self.fat[slices]
        division = None if self.division is None else self.division[slices]
        kept = np.arange(len(self.labels))[slices]
        slice_mm = self.slice_mm if (np.diff(kept) == 1).all() else None
        water, labels = self.water[slices], self.labels[slices]
        return replace(self, water=water, fat=fat, labels=labels, division=division, slice_mm=slice_mm)


def read_slices(path: Path) -> tuple[np.ndarray, tuple[float, float, float]]:
    """Voxels of an image file in axial order (k, j, i), and its spacing (k, j, i) in mm.

    Raises:
        InputError: it cannot be read.
    """
    try:
        image = sitk.DICOMOrient(sitk.ReadImage(str(path)), "LPS")
    except RuntimeError as error:
        raise InputError(f"{path} is missing, damaged or no 3D image. Copy or export the file again.") from error
    i, j, k = image.GetSpacing()
    return sitk.GetArrayFromImage(image), (k, j, i)


def load_tum01(data: Path) -> Subject:
    """The Dixon volunteer TUM01 (``tum01_dixon``): real water and fat, manual ES and MF, silver labels around them."""
    folder = data / "tum01_dixon"
    water, spacing = read_slices(folder / "water.nii.gz")
    fat, _ = read_slices(folder / "fat.nii.gz")
    labels, _ = read_slices(folder / "silver_labels.nii.gz")
    water, fat = balance_dixon(water.astype(np.float32), fat.astype(np.float32), labels, spacing)
    labels = background_of_silver(labels)
    labels = settle_rims(labels, water, fat, eroded=(5, 6, 7, 8), whole=(1, 2, 3, 4))
    labels = unknown_before_psoas_is_background(labels, spacing[1:])
    # Up to k = 3 the unknown holds iliac bone and iliacus, up to 6 the cut tips of quadratus lumborum, from 27 on the psoas;
    # between, what is far from the spine is trunk wall and bowel.
    labels[:7] = far_unknown_is_undrawn(labels[:7], spacing[1:])
    labels[7:27] = far_unknown_is_background(labels[7:27], spacing[1:])
    labels = beside_is_no_muscle(unknown_is_beside(labels), spacing[1:], **DRAWN["tum01"])
    return Subject("tum01", water, fat, labels, spacing[1:], slice_mm=spacing[0])


def load_musclemap_sub0001(data: Path) -> Subject:
    """MuscleMap's sub_0001 (``musclemap_sub0001``): one fat-bright image; its water image is painted as the complement."""
    folder = data / "musclemap_sub0001"
    image, spacing = read_slices(folder / "image.nii.gz")
    labels, _ = read_slices(folder / "silver_labels.nii.gz")
    water, fat = complement_of_fat_image(image.astype(np.float32), spacing)
    labels = settle_rims(background_of_silver(labels), water, fat, eroded=(), whole=range(1, 9))
    labels = unknown_before_psoas_is_background(labels, spacing[1:])
    # In k = 0 and 1 muscles are missing; iliac bone and iliacus end at about k = 8 (the crest); at k = 9 the quadratus
    # lumborum begins undrawn.
    labels[2:9] = far_unknown_is_undrawn(labels[2:9], spacing[1:])
    labels[10:] = far_unknown_is_background(labels[10:], spacing[1:])
    labels = beside_is_no_muscle(unknown_is_beside(labels), spacing[1:], **DRAWN["musclemap_sub0001"])
    return Subject("musclemap_sub0001", water, fat, labels, spacing[1:], slice_mm=spacing[0])


def load_raw_images(data: Path, name: str) -> tuple[dict[str, np.ndarray], Labels, tuple[float, float]]:
    """For tests on a real subject: its images as stored (by role), its labels, and their pixel (j, i) in mm.

    Of the silver labels' unknown voxels those known to be none of the muscles are marked so: otherwise outlines that spill
    over a muscle's border would cost nothing.
    """
    folder, files = RAW_IMAGES[name]
    images = {role: read_slices(data / folder / file)[0] for role, file in files.items()}
    labels, spacing = read_slices(data / folder / "silver_labels.nii.gz")
    labels = unknown_is_beside(background_of_silver(labels))
    return images, beside_is_no_muscle(labels, spacing[1:], **DRAWN[name]), spacing[1:]


RAW_IMAGES = {
    "tum01": ("tum01_dixon", {"water": "water.nii.gz", "fat": "fat.nii.gz"}),
    "musclemap_sub0001": ("musclemap_sub0001", {"fat-bright": "image.nii.gz"}),
}
"""Folder and image files of the real subjects by role."""


def is_present(data: Path, name: str) -> bool:
    """Whether a folder of public data holds a set: a real subject by its name, any other in the folder of its name."""
    return (data / (RAW_IMAGES[name][0] if name in RAW_IMAGES else name)).is_dir()


LOADERS: dict[str, Callable[[Path], Subject]] = {"tum01": load_tum01, "musclemap_sub0001": load_musclemap_sub0001}
"""Real subjects by name."""


def background_of_silver(labels: Labels) -> Labels:
    """Silver labels with the values that the network does not tell apart turned to background (a copy)."""
    return np.where(np.isin(labels, SILVER_OTHER_TISSUE), 0, labels).astype(np.uint8)


BIAS_SIGMA_MM = 28.0
"""Smoothing of the estimated receive field: wider than a muscle, narrower than the coil's fall-off."""


def balance_dixon(water: Slices, fat: Slices, labels: Labels, spacing: tuple[float, float, float]) -> tuple[Slices, Slices]:
    """Bring water and fat to one scale (muscle water 1, subcutaneous fat 1) and divide by their common receive field.

    Once both are on one scale their sum is nearly the same in every soft tissue, so its smoothed version is the
    receive field.

    Args:
        water, fat: (k, j, i) as stored, scales unrelated.
        labels: silver labels: multifidus and erector spinae 1 to 4, subcutaneous fat 16.
        spacing: (k, j, i) in mm.
    """
    muscle, fatty = np.isin(labels, (1, 2, 3, 4)), labels == 16
    near_muscle = fatty & (ndimage.distance_transform_edt(~muscle, sampling=spacing) < 25.0)
    water_scaled, fat_scaled = water / np.median(water[muscle]), fat / np.median(fat[near_muscle])
    total = water_scaled + fat_scaled
    body = total > 0.15 * np.median(total[muscle])
    field = _smoothed_within(total, body, spacing)
    return (water_scaled / field).astype(np.float32), (fat_scaled / field).astype(np.float32)


def complement_of_fat_image(image: Slices, spacing: tuple[float, float, float]) -> tuple[Slices, Slices]:
    """Water and fat images from a fat-bright image: the receive field is read off the fat, water is what fat leaves over.

    Returns:
        water, fat: (k, j, i); water is 1 - fat inside the body and 0 in the air behind it.
    """
    fatty = image > 0.6 * ndimage.percentile_filter(image[:, ::4, ::4], 95, size=(1, 15, 15)).repeat(4, 1).repeat(4, 2)
    bright = image > 0.1 * np.percentile(image, 99)
    behind = ~np.flip(np.maximum.accumulate(np.flip(bright, 1), axis=1), 1)  # no fat further back in this column: air
    body = ~behind & ~_unsampled(image)
    fatty &= body & bright
    field = _smoothed_within(image, fatty, spacing)
    fat = np.clip(image / field, 0.0, 1.5)
    water = np.clip(1.0 - fat, 0.0, 1.0) * body
    return water.astype(np.float32), fat.astype(np.float32)


def _unsampled(image: Slices) -> npt.NDArray[np.bool_]:
    """Pixels of exact zeros joined to the image border: where the scanner's distortion correction had no data."""
    empty = np.pad(image == 0, ((0, 0), (1, 1), (1, 1)), constant_values=True)
    return np.stack([ndimage.label(plane)[0] == 1 for plane in empty])[:, 1:-1, 1:-1]


def _smoothed_within(values: Slices, mask: npt.NDArray[np.bool_], spacing: tuple[float, float, float]) -> Slices:
    """Gaussian mean of ``values`` over the mask only, extended smoothly to where the mask is empty."""
    sigma = [BIAS_SIGMA_MM / edge for edge in spacing]
    weight = ndimage.gaussian_filter(mask.astype(np.float32), sigma)
    mean = ndimage.gaussian_filter(values * mask, sigma) / np.maximum(weight, 1e-6)
    nearest = ndimage.distance_transform_edt(weight < 0.02, return_distances=False, return_indices=True)
    return np.maximum(mean[tuple(nearest)], 1e-3)
