"""A user's own training data: one folder a subject, with ``labels`` and either ``water`` and ``fat`` or one ``image``.

Label values are those of :mod:`ParaspinalFatLib.anatomy`; 255 marks what nobody has drawn. Any subset of structures
will do as long as the undrawn ones are 255 and not 0.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ParaspinalFatLib.errors import GeometryError, InputError
from ParaspinalFatLib.training.subjects import Slices, Subject, read_slices

ENDINGS = (".nii.gz", ".nii", ".nrrd", ".mha")


def load_own_subjects(folder: Path) -> list[Subject]:
    """Every subject folder in alphabetical order."""
    return [load_own_subject(path) for path in sorted(folder.iterdir()) if path.is_dir()]


def load_own_subject(folder: Path) -> Subject:
    """One subject folder.

    Raises:
        InputError: a file is missing or no slice has a label.
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
    drawn = np.flatnonzero(np.isin(labels, range(1, 16)).any(axis=(1, 2)))
    if not drawn.size:
        raise InputError(
            f"{folder}: the labels hold no structure. Use the label values of the program's structures (1 to 15)."
        )
    first, *second = (_to_unit(array) for array in images.values())
    subject = Subject(folder.name, first, second[0] if second else None, labels.astype(np.uint8), spacing[1:])
    return subject.select(drawn)


def _to_unit(array: np.ndarray) -> Slices:
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
