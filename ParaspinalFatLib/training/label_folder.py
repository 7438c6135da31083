"""Subjects from folders of images and label maps that hold any subset of the structures."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ParaspinalFatLib.agreement.masks import Labelling
from ParaspinalFatLib.anatomy import BY_IDENTIFIER, BY_VALUE
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.dixon_names import recognised
from ParaspinalFatLib.imaging.label_file import is_segmentation
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.training.erector_division import with_division
from ParaspinalFatLib.training.labelled_cases import LabelledCase, find_labelled_cases
from ParaspinalFatLib.training.own_files import OwnFiles, read_own_files
from ParaspinalFatLib.training.own_labels import undrawn_is_unknown
from ParaspinalFatLib.training.partial_labels import OPEN, UNKNOWN
from ParaspinalFatLib.training.subjects import Labels, Subject


def load_label_folder(images: Path, labels: Path, labelling: Labelling, *, background_known: bool) -> list[Subject]:
    """Every case of two folders: water and fat of one acquisition as one subject, every other image as one of its own.

    Args:
        images, labels: the folders (:mod:`labelled_cases`).
        labelling: what the values of the label maps mean; the segments of a ``.seg.nrrd`` file count by their names.
        background_known: whether a voxel without a label is none of the structures that a network learns. If not, it is
            unknown wherever the label map lacks one of these; beside outlined multifidus and erector spinae it is neither.

    Raises:
        InputError, GeometryError: a file cannot be used, or nobody can say which water and fat images belong together.
    """
    return [
        subject for case in find_labelled_cases(images, labels) for subject in _load_case(case, labelling, background_known)
    ]


def _load_case(case: LabelledCase, labelling: Labelling, background_known: bool) -> list[Subject]:
    own = read_own_files(case.images, case.labels)
    values = _translated(case, own.labels, Labelling({}) if is_segmentation(case.labels) else labelling)
    return _subjects(case, own, undrawn_is_unknown(values, own.pixel_mm, background_known))


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


def _subjects(case: LabelledCase, own: OwnFiles, labels: Labels) -> list[Subject]:
    drawn = np.flatnonzero(np.isin(labels, list(BY_VALUE)).any(axis=(1, 2)))
    pairs = _pairs(case)
    single = [name for name in own.images if not any(name in pair for pair in pairs.values())]
    several = bool(pairs) or len(single) > 1
    named = [(f"{case.name}_{name}" if several else case.name, [name]) for name in single]
    found = []
    for subject, contrasts in [*pairs.items(), *named]:
        first, *second = (own.images[contrast] for contrast in contrasts)
        files = tuple(f"{case.name}_{contrast}" for contrast in contrasts)
        fat = second[0] if second else None
        found.append(Subject(subject, first, fat, labels, own.pixel_mm, case=case.name, images=files, slice_mm=own.slice_mm))
    return [with_division(subject.select(drawn)) for subject in found]


def _pairs(case: LabelledCase) -> dict[str, list[str]]:
    """Contrasts of water and fat by the name of their subject: one pair, or of each acquisition (``pre``, ``post``) one."""
    shown = [(name, found) for name in case.images if (found := recognised(name))]
    water, fat = ([(found.stem, name) for name, found in shown if found.role is role] for role in (Role.WATER, Role.FAT))
    if not water or not fat:
        return {}
    if len(water) == len(fat) == 1:
        return {case.name: [water[0][1], fat[0][1]]}
    stems = sorted(stem for stem, _ in water)
    if stems != sorted(stem for stem, _ in fat) or len(set(stems)) < len(stems):
        raise InputError(
            f"Case {case.name} has several water or fat images, and their names do not say which belong together: "
            f"{', '.join(name for _, name in (*water, *fat))}. Name the two of an acquisition alike but for water and fat "
            "(pre_water, pre_fat), or keep one pair."
        )
    return {"_".join((case.name, *stem.split())): [dict(water)[stem], dict(fat)[stem]] for stem in stems}
