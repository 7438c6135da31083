"""A user's images and the label map that belongs to them, in axial order and on one grid, or a sentence why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.axial import AxialView, axial_view
from ParaspinalFatLib.imaging.grids import require_same_grid
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.label_file import is_segmentation, read_labels
from ParaspinalFatLib.imaging.reading import read_image
from ParaspinalFatLib.training.partial_labels import UNKNOWN
from ParaspinalFatLib.training.subjects import Slices


@dataclass(frozen=True, eq=False)
class OwnFiles:
    """What the files of one case hold, in axial order.

    Attributes:
        images: (k, j, i) by contrast, the 99th percentile is 1.
        labels: (k, j, i) whole numbers as stored; of a segmentation the values of :mod:`ParaspinalFatLib.anatomy`.
        pixel_mm: in-plane voxel size (j, i).
        slice_mm: distance of the slices.
    """

    images: Mapping[str, Slices]
    labels: np.ndarray
    pixel_mm: tuple[float, float]
    slice_mm: float


def read_own_files(images: Mapping[str, Path], labels: Path) -> OwnFiles:
    """Read the images of a case by contrast, and its label map.

    In a ``.seg.nrrd`` file a segment counts by its id or name; the voxels of segments that are none of this program's
    structures are unknown.

    Raises:
        InputError: a file cannot be read, an image holds values that are no numbers, or the labels are not whole numbers.
        GeometryError: a stack is not axial, or they do not lie on one grid.
    """
    stored = {name: read_image(path) for name, path in images.items()}
    label_map = _label_map(labels, next(iter(stored.values()))).image
    for name, image in stored.items():
        view = axial_view(image, f"The image {images[name]}")
        require_same_grid(view.image, label_map, f"The image {images[name]}", f"the label map {labels}")
        stored[name] = view.image
    column, row, slice_mm = label_map.spacing
    scaled = {name: to_unit(image.array) for name, image in stored.items()}
    return OwnFiles(scaled, label_map.array, (row, column), slice_mm)


def to_unit(array: np.ndarray) -> Slices:
    """Grey values on a scale on which the 99th percentile is 1; nothing is negative."""
    values = np.maximum(array.astype(np.float32), 0)
    return values / np.float32(max(float(np.percentile(values, 99)), 1e-6))


def _label_map(path: Path, grid: Image) -> AxialView:
    if is_segmentation(path):
        return axial_view(read_labels(path, grid, others=UNKNOWN), f"The label map {path}")
    image = read_image(path)
    if not np.array_equal(np.rint(image.array), image.array):
        raise InputError(f"{path} is no label map: its values are not whole numbers. Resample labels by nearest neighbour.")
    return axial_view(image, f"The label map {path}")
