"""A user's own training data: one folder a subject, with ``labels`` and either ``water`` and ``fat`` or one ``image``.

Label values are those of :mod:`ParaspinalFatLib.anatomy`, with the erector spinae as one muscle or as iliocostalis and
longissimus; 255 marks what nobody knows. ``labels`` may be a ``.seg.nrrd`` file, whose segments count by their names.
Any subset of structures will do: where one is missing, a voxel without a label is unknown
(:func:`own_labels.undrawn_is_unknown`). A case that the panel exported (:mod:`correction.training_pair`) is such a
folder; its ``provenance.json`` says which structures nobody has drawn, and so what a voxel outside the outlines may be.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from ParaspinalFatLib.anatomy import BY_IDENTIFIER, BY_VALUE
from ParaspinalFatLib.correction.training_pair import PROVENANCE, SCHEMA, SCHEMA_VERSION
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.training.erector_division import with_division
from ParaspinalFatLib.training.labelled_cases import image_names
from ParaspinalFatLib.training.own_files import read_own_files
from ParaspinalFatLib.training.own_labels import undrawn_is_unknown, unknown_is_beside_muscles
from ParaspinalFatLib.training.partial_labels import OPEN, UNDRAWN, UNDRAWN_MAY_BE, UNKNOWN
from ParaspinalFatLib.training.subjects import Labels, Subject

ENDINGS = (".nii.gz", ".nii", ".nrrd", ".mha")
LABEL_ENDINGS = (*ENDINGS, ".seg.nrrd")


def load_own_subjects(folder: Path, *, background_known: bool = False) -> list[Subject]:
    """Every subject folder in alphabetical order; see :func:`load_own_subject`."""
    folders = (path for path in sorted(folder.iterdir()) if path.is_dir())
    return [load_own_subject(path, background_known=background_known) for path in folders]


def load_own_subject(folder: Path, *, background_known: bool = False) -> Subject:
    """One subject folder.

    Args:
        folder: its files; its name is the subject's.
        background_known: whether a voxel without a label is none of the structures that a network learns, although the
            label map lacks some of these. An exported case says itself what is known.

    Raises:
        InputError: a file is missing or cannot be used, no slice has a label, or an export of a later version of this
            program.
        GeometryError: images and labels do not lie on one grid.
    """
    path = _file(folder, "labels", LABEL_ENDINGS)
    roles = ("image",) if _find(folder, "image") else ("water", "fat")
    own = read_own_files({role: _file(folder, role) for role in roles}, path)
    labels = _of_this_program(own.labels, path)
    drawn = np.flatnonzero(np.isin(labels, list(BY_VALUE)).any(axis=(1, 2)))
    if not drawn.size:
        raise InputError(
            f"{folder}: the labels hold no structure. Use the label values of the program's structures (1 to 19)."
        )
    undrawn = _undrawn(folder)
    if undrawn is None:
        labels = undrawn_is_unknown(labels, own.pixel_mm, background_known)
    elif undrawn <= set(UNDRAWN_MAY_BE):
        labels = np.where(labels == UNKNOWN, UNDRAWN, labels).astype(np.uint8)
    else:
        labels = unknown_is_beside_muscles(labels, own.pixel_mm)
    first, *second = own.images.values()
    fat = second[0] if second else None
    subject = Subject(folder.name, first, fat, labels, own.pixel_mm, images=image_names(folder), slice_mm=own.slice_mm)
    return with_division(subject.select(drawn))


def _of_this_program(stored: np.ndarray, path: Path) -> Labels:
    """Labels whose every value the trainer knows."""
    known = [0, *BY_VALUE, *range(OPEN, UNKNOWN + 1)]
    strange = [value for value in np.unique(stored).tolist() if value not in known]
    if strange:
        raise InputError(
            f"{path} holds the label {strange[0]:g}, which is none of this program's (1 to 19, 255 for what is unknown). "
            "Change it, or give the folder as [data] images and labels and say with label_values what it means."
        )
    return stored.astype(np.uint8)


def _undrawn(folder: Path) -> set[int] | None:
    """Label values of the structures that nobody has drawn in an exported case; None for a folder of other origin."""
    path = folder / PROVENANCE
    if not path.is_file():
        return None
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(content, dict) or content.get("schema") != SCHEMA:
            return None
        later = content["schema_version"] > SCHEMA_VERSION
        found = None if later else {BY_IDENTIFIER[name].value for name in content["undrawn"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{path} is damaged: it does not say what was left undrawn in this case. Export the case again, or remove the "
            "file to have the folder read as one of other origin."
        ) from error
    if found is None:
        raise InputError(f"{folder} was exported by a later version of this program. Update the program, then train again.")
    return found


def _find(folder: Path, role: str, endings: tuple[str, ...] = ENDINGS) -> Path | None:
    return next((folder / f"{role}{ending}" for ending in endings if (folder / f"{role}{ending}").exists()), None)


def _file(folder: Path, role: str, endings: tuple[str, ...] = ENDINGS) -> Path:
    path = _find(folder, role, endings)
    if path is None:
        raise InputError(
            f"{folder} has no {role} file. A subject needs labels and either image, or water and fat ({', '.join(ENDINGS)})."
        )
    return path
