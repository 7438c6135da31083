"""Images and the label maps that belong to them, found in folders: one folder a case, flat folders, or BIDS.

A label map belongs to the case that its file name says without an ending such as ``_dseg`` or ``_labels``; a file that is
only called ``labels`` belongs to the case that its folder is named after. An image belongs to a case if its name is the
case's, begins with it and an underscore, or if it lies in a folder of that name. What is left of the name is the contrast.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ParaspinalFatLib.errors import InputError

IMAGE_ENDINGS = (".nii.gz", ".nii", ".nrrd", ".mha", ".mhd")
SEGMENTATION_ENDING = ".seg.nrrd"
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
    cases = [LabelledCase(name, path, _images_of(name, candidates, images)) for name, path in sorted(by_case.items())]
    without = [case for case in cases if not case.images]
    if without:
        raise InputError(
            f"{images} holds no image of case {without[0].name} (label map {without[0].labels.name}). Name the image after "
            "the case, or put it into a folder of that name."
        )
    return cases


def stem_of(path: Path) -> str:
    """File name without the ending of an image or segmentation.

    >>> stem_of(Path("a/T2.nii.gz")), stem_of(Path("b.seg.nrrd"))
    ('T2', 'b')
    """
    endings = (SEGMENTATION_ENDING, *IMAGE_ENDINGS)
    return next((path.name.removesuffix(ending) for ending in endings if path.name.endswith(ending)), path.stem)


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
    return path.name.endswith(SEGMENTATION_ENDING) or named is not None


def _files(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and path.name.endswith(IMAGE_ENDINGS) and not path.name.startswith(".")
    )


def _images_of(case: str, candidates: list[Path], root: Path) -> dict[str, Path]:
    found = {}
    for path in candidates:
        stem = stem_of(path)
        if stem == case:
            found[PLAIN_IMAGE] = path
        elif stem.startswith(f"{case}_"):
            found[stem.removeprefix(f"{case}_")] = path
        elif case in path.relative_to(root).parts[:-1]:
            found[stem] = path
    return found
