"""Read outlines from a label image or a segmentation that Slicer saved, onto the grid of the image they belong to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import SimpleITK as sitk

from ParaspinalFatLib.anatomy import BY_IDENTIFIER, BY_VALUE, STRUCTURES, Structure
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.grids import POSITION_TOLERANCE_VOXELS, require_same_grid
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.reading import image_from_sitk, read_image

SEGMENTATION_ENDING = ".seg.nrrd"

STRUCTURE_TAG = "ParaspinalFat.Structure"
"""Segment tag that holds the structure's identifier; ``scene.segments`` writes it."""


def is_segmentation(path: Path) -> bool:
    """Whether a file says itself what its segments are, as Slicer's do; by its name, in small or capital letters.

    >>> is_segmentation(Path("anna.seg.nrrd")), is_segmentation(Path("ANNA.SEG.NRRD")), is_segmentation(Path("anna.nrrd"))
    (True, True, False)
    """
    return path.name.lower().endswith(SEGMENTATION_ENDING)


def read_labels(path: Path | str, grid: Image, others: int = 0) -> Image:
    """Read a label image.

    Args:
        path: an image file whose values are those of ``anatomy`` (1 right multifidus, 2 left multifidus ...), or a file
            ``.seg.nrrd`` that Slicer saved: there a segment counts by its id or name, whatever value it has.
        grid: an image of the case.
        others: value of the voxels of a ``.seg.nrrd`` file's segments that are no structure of ours.

    Returns:
        uint8 labels on ``grid``. A segmentation that covers only a part of the grid, as Slicer may save it, is filled up.

    Raises:
        InputError: the file cannot be read, its values are no labels, or no structure of ours is in it.
        GeometryError: its voxels are not those of ``grid``.
    """
    path = Path(path)
    labels = _segments(path, others) if is_segmentation(path) else _values(path)
    if not np.isin(labels.array, list(BY_VALUE)).any():
        raise InputError(f"{path} outlines no structure of this program. Use its label values, or names of segments.")
    return _on_grid(labels, grid, path)


def _values(path: Path) -> Image:
    image = read_image(path)
    rounded = np.rint(image.array)
    if not np.array_equal(rounded, image.array) or rounded.min() < 0 or rounded.max() > 255:
        raise InputError(f"{path} is no label image: its values are not whole numbers from 0 to 255.")
    return image.with_array(rounded.astype(np.uint8))


def _segments(path: Path, others: int) -> Image:
    """Labels of a ``.seg.nrrd`` file; where layers overlap, a voxel goes to the segment listed last."""
    if not path.is_file():
        raise InputError(f"{path} does not exist. Check the path.")
    try:
        stored = sitk.ReadImage(str(path))
    except RuntimeError as error:
        raise InputError(f"{path} cannot be read: it is truncated, damaged or no segmentation. Save it again.") from error
    layers = sitk.GetArrayFromImage(stored)
    layers = layers[..., None] if stored.GetNumberOfComponentsPerPixel() == 1 else layers
    labels = np.zeros(layers.shape[:3], np.uint8)
    listed = sorted(listed_segments(stored), key=lambda segment: segment[0] in BY_IDENTIFIER)  # ours lie over the others
    for name, layer, value in listed:
        labels[layers[..., layer] == value] = BY_IDENTIFIER[name].value if name in BY_IDENTIFIER else others
    first_layer = sitk.VectorIndexSelectionCast(stored, 0) if stored.GetNumberOfComponentsPerPixel() > 1 else stored
    return image_from_sitk(first_layer).with_array(labels)


def listed_segments(stored: sitk.Image) -> list[tuple[str, int, int]]:
    """Name, layer and label value of every segment in a ``.seg.nrrd`` file's header.

    The name is the identifier of the structure that the segment's tag, id or name tells, or else the segment's own id.
    """
    found = []
    number = 0
    while stored.HasMetaDataKey(f"Segment{number}_ID"):
        fields = {
            name: stored.GetMetaData(f"Segment{number}_{name}") if stored.HasMetaDataKey(f"Segment{number}_{name}") else ""
            for name in ("ID", "Name", "Layer", "LabelValue", "Tags")
        }
        structure = _tagged(fields["Tags"]) or BY_IDENTIFIER.get(fields["ID"]) or _named(fields["Name"])
        name = structure.identifier if structure else fields["ID"]
        found.append((name, int(fields["Layer"] or 0), int(fields["LabelValue"] or 1)))
        number += 1
    return found


def _tagged(tags: str) -> Structure | None:
    """The structure in the tag that this program gives its segments, which survives renaming them."""
    values = dict(tag.split(":", 1) for tag in tags.split("|") if ":" in tag)
    return BY_IDENTIFIER.get(values.get(STRUCTURE_TAG, ""))


def _named(name: str) -> Structure | None:
    words = " ".join(name.replace("_", " ").lower().split())
    names = {structure.name.lower(): structure for structure in STRUCTURES}
    identifiers = {structure.identifier.replace("_", " ").lower(): structure for structure in STRUCTURES}
    return names.get(words) or identifiers.get(words)


def _on_grid(labels: Image, grid: Image, path: Path) -> Image:
    """The labels on the whole grid; they may cover a box of it."""
    offset = np.linalg.solve(grid.affine, np.append(labels.affine[:3, 3], 1.0))[:3]
    start = np.rint(offset).astype(int)
    same_axes = np.allclose(labels.affine[:3, :3], grid.affine[:3, :3], atol=1e-3 * min(grid.spacing))
    near = bool(np.all(np.abs(offset - start) <= POSITION_TOLERANCE_VOXELS))
    stop = start + labels.array.shape[::-1]
    inside = same_axes and near and bool(np.all(start >= 0) and np.all(stop <= grid.array.shape[::-1]))
    if labels.array.shape == grid.array.shape or not inside:
        require_same_grid(labels, grid, f"The outlines {path}", "the image")
        start, stop = np.zeros(3, int), np.array(grid.array.shape[::-1])
    whole = np.zeros(grid.array.shape, np.uint8)
    i, j, k = (slice(first, last) for first, last in zip(start, stop, strict=True))
    whole[k, j, i] = labels.array
    return grid.with_array(whole)
