"""Images and the label maps that belong to them, found in folders: one folder a case, flat folders, or BIDS.

A label map belongs to the case that its file name says without an ending such as ``_dseg`` or ``_labels``; a file that is
only called ``labels`` belongs to the case that its folder is named after. An image belongs to a case if its name is the
case's, begins with it and an underscore, or if it lies in a folder of that name. What is left of the name is the contrast.
Where two cases' names begin alike (``ben``, ``ben_2``), the longer one that fits has the image.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.label_file import SEGMENTATION_ENDING, is_segmentation

IMAGE_ENDINGS = (".nii.gz", ".nii", ".nrrd", ".mha", ".mhd")
LABEL_WORDS = "dseg|labels?|seg|segmentation|masks?"

PLAIN_IMAGE = "image"
"""Contrast of an image whose name says none."""


@dataclass(frozen=True)
class LabelledCase:
    """A case: its label map, and its images by contrast, as their file names say it."""

    name: str
    labels: Path
    images: Mapping[str, Path]


def find_labelled_cases(images: Path, labels: Path) -> list[LabelledCase]:
    """The cases of two folders, which may be one, in the order of their names.

    Raises:
        InputError: a folder does not exist, there is no label map, two belong to one case, or a case has no image.
    """
    for folder in (images, labels):
        if not folder.is_dir():
            raise InputError(f"{folder} is no folder. Give a folder of images and a folder of label maps.")
    by_case = _label_maps(labels, together=images.resolve() == labels.resolve())
    candidates = [path for path in _files(images) if path not in by_case.values() and not _is_label_map(path)]
    belonging = _by_case(by_case, candidates, images)
    cases = [LabelledCase(name, path, belonging[name]) for name, path in sorted(by_case.items())]
    without = [case for case in cases if not case.images]
    if without:
        raise InputError(
            f"{images} holds no image of case {without[0].name} (label map {without[0].labels.name}). Name the image after "
            "the case, or put it into a folder of that name."
        )
    return cases


def image_names(folder: Path) -> tuple[str, ...]:
    """Names, CASE_CONTRAST, of the images in the folder of the case that it is named after."""
    images = [path for path in _files(folder) if not _is_label_map(path)]
    (found,) = _by_case([folder.name], images, folder.parent).values()
    return tuple(f"{folder.name}_{contrast}" for contrast in found)


def stem_of(path: Path) -> str:
    """File name without the ending of an image or segmentation, in small or capital letters.

    >>> stem_of(Path("a/T2.nii.gz")), stem_of(Path("b.seg.nrrd")), stem_of(Path("C.NRRD"))
    ('T2', 'b', 'C')
    """
    endings = (SEGMENTATION_ENDING, *IMAGE_ENDINGS)
    return next((path.name[: -len(ending)] for ending in endings if path.name.lower().endswith(ending)), path.stem)


def case_of(labels: Path) -> str:
    """The case that a label map belongs to.

    >>> case_of(Path("derivatives/sub-01/anat/sub-01_dseg.nii.gz")), case_of(Path("anna/labels.nii.gz"))
    ('sub-01', 'anna')
    """
    name = re.sub(rf"(^|[_-])({LABEL_WORDS})$", "", stem_of(labels), flags=re.IGNORECASE)
    return name or labels.parent.name


def _label_maps(folder: Path, *, together: bool) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for path in _files(folder):
        if together and not _is_label_map(path):
            continue
        name = case_of(path)
        if name in found:
            raise InputError(f"{found[name]} and {path} are both labels of case {name}. Keep one label map of each case.")
        found[name] = path
    if not found:
        raise InputError(
            f"{folder} holds no label map. Name it labels.nii.gz in a folder for each case, or CASE_dseg.nii.gz."
        )
    return found


def _is_label_map(path: Path) -> bool:
    named = re.search(rf"(^|[_-])({LABEL_WORDS})$", stem_of(path), flags=re.IGNORECASE)
    return is_segmentation(path) or named is not None


def _files(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and path.name.lower().endswith(IMAGE_ENDINGS) and not path.name.startswith(".")
    )


def _by_case(names: Collection[str], candidates: list[Path], root: Path) -> dict[str, dict[str, Path]]:
    """The images of each case by contrast."""
    found: dict[str, dict[str, Path]] = {name: {} for name in names}
    for path in candidates:
        stem, folders = stem_of(path), path.relative_to(root).parts[:-1]
        by_name = [name for name in names if stem == name or stem.startswith(f"{name}_")]
        by_folder = [folder for folder in folders if folder in names]
        if by_name:
            case = max(by_name, key=len)
            found[case][stem.removeprefix(case).removeprefix("_") or PLAIN_IMAGE] = path
        elif by_folder:
            found[by_folder[-1]][stem] = path
    return found
