"""A user's own training data: one folder a subject, with ``labels`` and either ``water`` and ``fat`` or one ``image``.

Label values are those of :mod:`ParaspinalFatLib.anatomy`, with the erector spinae as one muscle or as iliocostalis and
longissimus; 255 marks what nobody has drawn. Any subset of structures will do as long as the undrawn ones are 255 and not 0.
A case that the panel exported (:mod:`correction.training_pair`) is such a folder; its ``provenance.json`` says which
structures nobody has drawn, and so what a voxel outside the outlines may be.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.correction.training_pair import PROVENANCE, SCHEMA, SCHEMA_VERSION
from ParaspinalFatLib.errors import GeometryError, InputError
from ParaspinalFatLib.training.erector_division import with_division
from ParaspinalFatLib.training.partial_labels import UNDRAWN, UNDRAWN_MAY_BE, UNKNOWN
from ParaspinalFatLib.training.subjects import Labels, Slices, Subject, read_slices

ENDINGS = (".nii.gz", ".nii", ".nrrd", ".mha")


def load_own_subjects(folder: Path) -> list[Subject]:
    """Every subject folder in alphabetical order."""
    return [load_own_subject(path) for path in sorted(folder.iterdir()) if path.is_dir()]


def load_own_subject(folder: Path) -> Subject:
    """One subject folder.

    Raises:
        InputError: a file is missing, no slice has a label, or an export of a later version of this program.
        GeometryError: images and labels differ in size.
    """
    labels, spacing = read_slices(_file(folder, "labels"))
    roles = ("image",) if _find(folder, "image") else ("water", "fat")
    images = {role: read_slices(_file(folder, role))[0] for role in roles}
    for role, array in images.items():
        if array.shape != labels.shape:
            raise GeometryError(
                f"{folder}: {role} has {array.shape} voxels (k, j, i) and the labels {labels.shape}. Save both on one grid."
            )
    drawn = np.flatnonzero(np.isin(labels, range(1, 20)).any(axis=(1, 2)))
    if not drawn.size:
        raise InputError(
            f"{folder}: the labels hold no structure. Use the label values of the program's structures (1 to 19)."
        )
    first, *second = (to_unit(array) for array in images.values())
    labels = _narrowed(labels.astype(np.uint8), _undrawn(folder))
    subject = Subject(folder.name, first, second[0] if second else None, labels, spacing[1:])
    return with_division(subject.select(drawn))


def _undrawn(folder: Path) -> set[int] | None:
    """Label values of the structures that nobody has drawn in an exported case; None for a folder of other origin."""
    path = folder / PROVENANCE
    content = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if content.get("schema") != SCHEMA:
        return None
    if content["schema_version"] > SCHEMA_VERSION:
        raise InputError(f"{folder} was exported by a later version of this program. Update the program, then train again.")
    return {BY_IDENTIFIER[name].value for name in content["undrawn"]}


def _narrowed(labels: Labels, undrawn: set[int] | None) -> Labels:
    """Say of unknown voxels, where it is known, that they may only be background or one of few undrawn structures."""
    if undrawn is None or not undrawn <= set(UNDRAWN_MAY_BE):
        return labels
    return np.where(labels == UNKNOWN, UNDRAWN, labels).astype(np.uint8)


def to_unit(array: np.ndarray) -> Slices:
    """Grey values on a scale on which the 99th percentile is 1; nothing is negative."""
    values = np.maximum(array.astype(np.float32), 0)
    return values / np.float32(max(float(np.percentile(values, 99)), 1e-6))


def _find(folder: Path, role: str) -> Path | None:
    return next((folder / f"{role}{ending}" for ending in ENDINGS if (folder / f"{role}{ending}").exists()), None)


def _file(folder: Path, role: str) -> Path:
    path = _find(folder, role)
    if path is None:
        raise InputError(
            f"{folder} has no {role} file. A subject needs labels and either image, or water and fat ({', '.join(ENDINGS)})."
        )
    return path
