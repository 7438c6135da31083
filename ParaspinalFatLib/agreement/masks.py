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
from ParaspinalFatLib.imaging.label_file import listed_segments
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
        option: of the command, or what else says what the values mean: for error messages.
    """

    values: Mapping[int, str]
    unknown: int | None = None
    option: str = "--reference-labels or --other-labels"

    @classmethod
    def read(cls, text: str | None, unknown: int | None = None, option: str = option) -> Labelling:
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
        return cls(values, unknown, option)


def mask_files(place: Path) -> dict[str, Path]:
    """The masks of a folder, subfolders included, by case; a single file is a case of its own.

    The case is the file's name without its ending, or its folder's name if the file is only called ``segmentation``: of
    folders of a cohort (``sub-P01/ses-1``) all names from ``sub-`` on (``sub-P01_ses-1``). What is hidden is passed over.

    Raises:
        InputError: there is none, or two files have one case.
    """
    if place.is_file():
        return {_case(place): place}
    found: dict[str, Path] = {}
    for path in sorted(place.rglob("*")) if place.is_dir() else []:
        hidden = any(part.startswith(".") for part in path.relative_to(place).parts)
        if path.is_file() and path.name.endswith(ENDINGS) and not hidden:
            case = _case(path)
            if case in found:
                raise InputError(f"{found[case]} and {path} are both case {case}. Keep one mask of each case in {place}.")
            found[case] = path
    if not found:
        raise InputError(f"{place} holds no masks. Give a folder with files ending in {', '.join(ENDINGS)}.")
    return found


def _case(path: Path) -> str:
    name = next((path.name.removesuffix(ending) for ending in ENDINGS if path.name.endswith(ending)), path.stem)
    if name not in PLAIN_NAMES:
        return name
    parts = path.absolute().parent.parts
    subject = next((place for place, part in enumerate(parts) if part.startswith("sub-")), len(parts) - 1)
    return "_".join(parts[subject:])


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
    segments = {} if labelling.values else {(layer, value): name for name, layer, value in listed_segments(volume)}
    structures: dict[str, Mask] = {}
    for layer in range(layers.shape[-1]):
        values = layers[..., layer]
        for value in np.unique(values[values != 0]).tolist():
            if value % 1:
                raise InputError(f"{path} is no label image: it holds {value:g}. Resample masks by nearest neighbour.")
            name = segments.get((layer, value)) or _meaning(value, labelling, path)
            if name:
                structures[name] = structures.get(name, False) | (values == value)
    known = None if labelling.unknown is None else np.all(layers != labelling.unknown, axis=-1)
    return Masks(image_from_sitk(first), structures, known)


def _meaning(value: int, labelling: Labelling, path: Path) -> str:
    """The identifier of a label value; empty for the value of unknown voxels and for values that the user left unnamed."""
    if value == labelling.unknown:
        return ""
    if labelling.values:
        return labelling.values.get(value, "")
    if value not in BY_VALUE:
        raise InputError(
            f"{path} holds the label {value:g}, which is none of this program's. Say what the labels mean: "
            f"{labelling.option} 1=ES_right,2=MF_right ..."
        )
    return BY_VALUE[value].identifier


def with_composites(structures: Mapping[str, Mask], partner: Mapping[str, Mask] | None = None) -> dict[str, Mask]:
    """The structures and the coarser ones that they make up: ES of IL and LO, ES+MF of ES and MF, on each side.

    Args:
        structures: identifier to mask.
        partner: what they are compared with. Where it has every part, a part that is absent here has been missed: the
            coarser structure is made of the others.
    """
    found, theirs = dict(structures), with_composites(partner) if partner else {}
    for name, parts in COMPOSITES.items():
        for side in (Side.RIGHT.value, Side.LEFT.value):
            wanted = [f"{part}_{side}" for part in parts]
            masks = [found[part] for part in wanted if part in found]
            complete = len(masks) == len(wanted) or (masks and all(part in theirs for part in wanted))
            if f"{name}_{side}" not in found and complete:
                found[f"{name}_{side}"] = np.logical_or.reduce(masks)
    return found
