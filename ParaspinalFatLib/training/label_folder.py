"""Subjects from folders of images and label maps that hold any subset of the structures."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ParaspinalFatLib.agreement.masks import Labelling
from ParaspinalFatLib.anatomy import BY_IDENTIFIER, BY_VALUE
from ParaspinalFatLib.correction.training_pair import undrawn
from ParaspinalFatLib.errors import GeometryError, InputError
from ParaspinalFatLib.imaging.dixon_names import recognised
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.training.erector_division import with_division
from ParaspinalFatLib.training.labelled_cases import LabelledCase, find_labelled_cases
from ParaspinalFatLib.training.own_subjects import to_unit
from ParaspinalFatLib.training.partial_labels import OPEN, UNKNOWN, unknown_is_beside
from ParaspinalFatLib.training.subjects import Labels, Slices, Subject, read_slices


def load_label_folder(images: Path, labels: Path, labelling: Labelling, *, background_known: bool) -> list[Subject]:
    """Every case of two folders: water and fat together as one subject, every other image as one of its own.

    Args:
        images, labels: the folders (:mod:`labelled_cases`).
        labelling: what the values of the label maps mean.
        background_known: whether a voxel without a label is none of the structures that a network learns. If not, it is
            unknown wherever the label map lacks one of these; beside outlined multifidus and erector spinae it is neither.

    Raises:
        InputError, GeometryError: a file cannot be used.
    """
    subjects = []
    for case in find_labelled_cases(images, labels):
        stored, spacing = read_slices(case.labels)
        values = _translated(case, stored, labelling)
        if not background_known and undrawn(values):
            values = unknown_is_beside(np.where(values == 0, UNKNOWN, values).astype(np.uint8))
        subjects += _subjects(case, values, (spacing[1], spacing[2]))
    return subjects


def _translated(case: LabelledCase, stored: np.ndarray, labelling: Labelling) -> Labels:
    """Labels with this program's values; what the labelling does not name is unknown."""
    result = np.zeros(stored.shape, np.uint8)
    for value in np.unique(stored[stored != 0]).tolist():
        if labelling.values:
            name = labelling.values.get(int(value))
            result[stored == value] = BY_IDENTIFIER[name].value if name else UNKNOWN
        elif value in BY_VALUE or OPEN <= value <= UNKNOWN:
            result[stored == value] = int(value)
        else:
            raise InputError(f'{case.labels} holds the label {value:g}. Say what it means: label_values = "{value:g}=...".')
    if not np.isin(result, list(BY_VALUE)).any():
        raise InputError(f"{case.labels} outlines no structure of this program. Say what its labels mean with label_values.")
    return result


def _subjects(case: LabelledCase, labels: Labels, pixel_mm: tuple[float, float]) -> list[Subject]:
    drawn = np.flatnonzero(np.isin(labels, list(BY_VALUE)).any(axis=(1, 2)))
    slices = {name: _image(case, path, labels) for name, path in case.images.items()}
    by_role = {shown.role: name for name in slices if (shown := recognised(name))}
    found: list[Subject] = []
    if {Role.WATER, Role.FAT} <= by_role.keys():
        water, fat = slices.pop(by_role[Role.WATER]), slices.pop(by_role[Role.FAT])
        found.append(Subject(case.name, water, fat, labels, pixel_mm))
    several = bool(found) or len(slices) > 1
    for name, image in slices.items():
        found.append(Subject(f"{case.name}_{name}" if several else case.name, image, None, labels, pixel_mm))
    return [with_division(subject.select(drawn)) for subject in found]


def _image(case: LabelledCase, path: Path, labels: Labels) -> Slices:
    array, _ = read_slices(path)
    if array.shape != labels.shape:
        raise GeometryError(
            f"{path} has {array.shape} voxels (k, j, i) and {case.labels} {labels.shape}. Save both on one grid."
        )
    return to_unit(array)
