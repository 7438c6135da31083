"""A corrected case as training data: images, labels that say what is unknown, and where they come from.

The folder is one subject of :mod:`training.own_subjects`: ``water`` and ``fat``, or one ``image``; ``labels``;
``provenance.json``. Nothing in it names a patient: volume names, which may, are not written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.anatomy import BY_IDENTIFIER, COMPOSITES, STRUCTURES
from ParaspinalFatLib.correction.review import LevelStatus, Verdict
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Images, Role, segmentation_role

UNKNOWN = 255
"""Label value of a voxel that may be anything, as the trainer knows it."""

SCHEMA = "paraspinalfat-case"
SCHEMA_VERSION = 1
"""Name and version of provenance.json in an exported case; the version grows when an entry changes its meaning."""

LABELS = "labels.nii.gz"
PROVENANCE = "provenance.json"

PAIR = (LABELS, "image.nii.gz", "water.nii.gz", "fat.nii.gz")
"""Every name that a file of a pair may have."""

LEARNED = tuple(structure.identifier for structure in STRUCTURES if structure.abbreviation not in ("IL", "LO"))
"""What a network learns to tell apart: a case in which one of these is not outlined may show it all the same."""


def training_images(images: Images) -> dict[str, Image]:
    """The images of a pair by file name: water and fat where both are there, else the image that outlines are drawn on."""
    if Role.WATER in images and Role.FAT in images:
        return {"water.nii.gz": images[Role.WATER], "fat.nii.gz": images[Role.FAT]}
    return {"image.nii.gz": images[segmentation_role(images)]}


def undrawn(labels: npt.NDArray[np.uint8]) -> tuple[str, ...]:
    """Structures (identifiers) that a network learns and that nobody has outlined in this case.

    A muscle whose parts are outlined counts as outlined.
    """
    present = {structure.identifier for structure in STRUCTURES if np.any(labels == structure.value)}
    return tuple(name for name in LEARNED if name not in present and not _by_parts(name, present))


def training_labels(labels: Image, levels: Iterable[LevelStatus]) -> Image:
    """Labels in which everything is 255 that is not known.

    In the slices of a rejected level nothing is known. Elsewhere background is known only if every structure that a network
    learns is outlined in the case: a voxel outside the outlines may else belong to one that nobody drew.

    Args:
        labels: uint8 labels, voxels in any order.
        levels: the verdicts.

    Raises:
        InputError: every outlined slice was rejected: nothing would be left to learn from.
    """
    view = axial_view(labels, "The segmentation")
    array = np.array(view.reorder(labels.array), dtype=np.uint8)
    if undrawn(array):
        array[array == 0] = UNKNOWN
    for level in levels:
        if level.review.verdict is Verdict.REJECTED:
            array[level.slices.start : level.slices.stop] = UNKNOWN
    if not np.isin(array, [structure.value for structure in STRUCTURES]).any():
        raise InputError(
            "Every outlined level of this case was rejected. There is nothing to learn from; export without it."
        )
    return labels.with_array(view.restore(array))


def write_training_pair(folder: Path, images: Images, labels: Image, levels: Collection[LevelStatus]) -> set[str]:
    """Write images and labels of a case into a folder; returns the names of the files.

    Raises:
        InputError: see :func:`training_labels`.
        OutputError: the folder cannot be written.
    """
    from ParaspinalFatLib.imaging.writing import write_image  # brings SimpleITK, which opening the panel does not need

    write_image(training_labels(labels, levels), folder / LABELS)
    named = training_images(images)
    for name, image in named.items():
        write_image(image, folder / name)
    return {LABELS, *named}


def exported_pair(folder: Path) -> set[str]:
    """Names of the images and labels that an earlier export of a case wrote into a folder, by its provenance.json.

    Other files of such names may be the images that somebody measured: they are neither removed nor written over.
    """
    try:
        record = json.loads((folder / PROVENANCE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return set()
    if not isinstance(record, dict) or record.get("schema") != SCHEMA:
        return set()
    named = record.get("training_pair")
    return {name for name in PAIR if name in named} if isinstance(named, list) else set()


def case_record(
    labels: Image, model: Image | None, segments: Mapping[str, object], levels: Iterable[Mapping[str, object]]
) -> dict[str, object]:
    """What provenance.json says about the outlines of a case.

    Args:
        labels: the outlines as they are now, before anything was made unknown.
        model: the network's own outlines, if they are known.
        segments: structure identifier to what is known about the making of its outline, JSON-able.
        levels: rows of :func:`review.record`.
    """
    return {
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "segments": dict(segments),
        "undrawn": undrawn(labels.array),
        "review": list(levels),
        "labels_sha256": _digest(labels),
        "network_labels_sha256": None if model is None else _digest(model),
    }


def _by_parts(name: str, present: Collection[str]) -> bool:
    structure = BY_IDENTIFIER[name]
    parts = COMPOSITES.get(structure.abbreviation, ())
    return bool(parts) and all(f"{part}_{structure.side.value}" in present for part in parts)


def _digest(labels: Image) -> str:
    """SHA-256 of the voxels (k, j, i), one byte each."""
    return hashlib.sha256(np.ascontiguousarray(labels.array, dtype=np.uint8).tobytes()).hexdigest()
