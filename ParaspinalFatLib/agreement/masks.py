"""Two sets of masks: which files belong together, and the structures that a file holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk

from ParaspinalFatLib.anatomy import BY_IDENTIFIER, BY_VALUE, COMPOSITES, Side
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.reading import image_from_sitk

ENDINGS = (".seg.nrrd", ".nii.gz", ".nii", ".nrrd", ".mha", ".mhd")
"""Files that are taken for masks."""

PLAIN_NAMES = frozenset({"segmentation", "labels", "label", "mask"})
"""File names that say nothing about the case; its folder's name does."""

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Masks:
    """The structures of one file.

    Attributes:
        grid: an image with the file's geometry.
        structures: identifier (``MF_right``) to mask (k, j, i); only those with voxels.
        known: (k, j, i), False where the file says that it does not know; None: known everywhere.
    """

    grid: Image
    structures: Mapping[str, Mask]
    known: Mask | None = None


@dataclass(frozen=True)
class Labelling:
    """What the values of a set of label images mean, where they are not this program's own.

    Attributes:
        values: label value to identifier; empty for this program's values, and for what a .seg.nrrd file says itself.
        unknown: label value of voxels that are not known, or None.
    """

    values: Mapping[int, str]
    unknown: int | None = None

    @classmethod
    def read(cls, text: str | None, unknown: int | None = None) -> Labelling:
        """A labelling as people write it: ``1=ES_right,2=MF_right``.

        Raises:
            InputError: a value is no whole number, or a structure is not known.
        """
        values = {}
        for part in filter(None, (text or "").split(",")):
            value, _, name = (piece.strip() for piece in part.partition("="))
            if not value.isdigit() or name not in BY_IDENTIFIER:
                known = ", ".join(BY_IDENTIFIER)
                raise InputError(f"{part!r} is no VALUE=STRUCTURE. Give for instance 1=ES_right; structures: {known}.")
            values[int(value)] = name
        return cls(values, unknown)


def mask_files(place: Path) -> dict[str, Path]:
    """The masks of a folder, subfolders included, by case; a single file is a case of its own.

    The case is the file's name without its ending, or its folder's name if the file is only called ``segmentation``.

    Raises:
        InputError: there is none, or two files have one case.
    """
    if place.is_file():
        return {_case(place): place}
    found: dict[str, Path] = {}
    for path in sorted(place.rglob("*")) if place.is_dir() else []:
        if path.is_file() and path.name.endswith(ENDINGS) and not path.name.startswith("."):
            case = _case(path)
            if case in found:
                raise InputError(f"{found[case]} and {path} are both case {case}. Keep one mask of each case in {place}.")
            found[case] = path
    if not found:
        raise InputError(f"{place} holds no masks. Give a folder with files ending in {', '.join(ENDINGS)}.")
    return found


def _case(path: Path) -> str:
    name = next((path.name.removesuffix(ending) for ending in ENDINGS if path.name.endswith(ending)), path.stem)
    return path.parent.name if name in PLAIN_NAMES else name


def read_masks(path: Path, labelling: Labelling) -> Masks:
    """Read the structures of a label image or a .seg.nrrd file, overlapping segments included.

    Raises:
        InputError: the file cannot be read, or holds a label that nobody has named.
    """
    reader = sitk.ImageFileReader()
    reader.SetFileName(str(path))
    try:
        volume = reader.Execute()
    except RuntimeError as error:
        raise InputError(f"{path} cannot be read as a mask. Give a label image or a .seg.nrrd file.") from error
    layers = sitk.GetArrayFromImage(volume)
    if volume.GetDimension() != 3 or not np.issubdtype(layers.dtype, np.number):
        raise InputError(f"{path} is no 3D label image. Give one mask file for each case.")
    layers = layers[..., None] if layers.ndim == 3 else layers
    first = volume if volume.GetNumberOfComponentsPerPixel() == 1 else sitk.VectorIndexSelectionCast(volume, 0)
    segments = _segments(volume) if not labelling.values else {}
    structures: dict[str, Mask] = {}
    for layer in range(layers.shape[-1]):
        values = layers[..., layer]
        for value in np.unique(values[values != 0]).tolist():
            name = segments.get((layer, value)) or _meaning(value, labelling, path)
            if name:
                structures[name] = structures.get(name, False) | (values == value)
    known = None if labelling.unknown is None else np.all(layers != labelling.unknown, axis=-1)
    return Masks(image_from_sitk(first), structures, known)


def _segments(volume: sitk.Image) -> dict[tuple[int, float], str]:
    """(layer, value) to identifier, as a .seg.nrrd file's header says; segments with other names keep theirs."""
    found = {}
    for key in volume.GetMetaDataKeys():
        if not key.endswith("_LabelValue"):
            continue
        segment = key.removesuffix("_LabelValue")
        layer = volume.GetMetaData(f"{segment}_Layer") if volume.HasMetaDataKey(f"{segment}_Layer") else "0"
        found[int(layer), float(volume.GetMetaData(key))] = volume.GetMetaData(f"{segment}_ID")
    return found


def _meaning(value: float, labelling: Labelling, path: Path) -> str:
    """The identifier of a label value; empty for the value of unknown voxels and for values that the user left unnamed."""
    if value == labelling.unknown:
        return ""
    if labelling.values:
        return labelling.values.get(int(value), "")
    if value not in BY_VALUE:
        raise InputError(
            f"{path} holds the label {value:g}, which is none of this program's. Say what the labels mean: "
            "--reference-labels or --other-labels 1=ES_right,2=MF_right ..."
        )
    return BY_VALUE[int(value)].identifier


def with_composites(structures: Mapping[str, Mask]) -> dict[str, Mask]:
    """The structures and the coarser ones that they make up: ES of IL and LO, ES+MF of ES and MF, on each side."""
    found = dict(structures)
    for name, parts in COMPOSITES.items():
        for side in (Side.RIGHT.value, Side.LEFT.value):
            masks = [found.get(f"{part}_{side}") for part in parts]
            if f"{name}_{side}" not in found and all(mask is not None for mask in masks):
                found[f"{name}_{side}"] = np.logical_or.reduce([mask for mask in masks if mask is not None])
    return found
