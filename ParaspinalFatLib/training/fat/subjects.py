"""Whose water and fat the fat network learns from."""

from __future__ import annotations

from collections.abc import Collection as Names
from pathlib import Path

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.training.atlas import load_bodyparts3d
from ParaspinalFatLib.training.collection import Collection
from ParaspinalFatLib.training.own_subjects import load_own_subjects
from ParaspinalFatLib.training.sources import require_different_names, require_somebody
from ParaspinalFatLib.training.subjects import LOADERS, Subject, is_present
from ParaspinalFatLib.training.told_on_card import Told, public_subjects

ATLAS = "bodyparts3d"
ATLAS_SHARE = 0.15
"""Part of the samples from the painted atlas: other anatomy, but no real texture."""


def load_fat_collection(data: Path, without: Names[str] = (), own: Path | None = None) -> Collection:
    """Every subject that has a water and a fat image.

    Args:
        data: folder of the public data sets; those present are used.
        without: names of public sets, or of subjects or their images, to leave out (to test on).
        own: folder of the user's own subjects; those with a single image are of no use here and left out.

    Raises:
        InputError: no scanned subject with water and fat is left or found, two have one name, or nobody has a name that is
            to be left out.
    """
    own_subjects = [] if own is None else load_own_subjects(own)
    require_somebody(without, own_subjects, data)
    scanned = [load(data) for name, load in LOADERS.items() if name not in without and is_present(data, name)]
    scanned += [subject for subject in own_subjects if subject.called.isdisjoint(without)]
    scanned = [subject for subject in scanned if subject.fat is not None]
    if not scanned:
        raise InputError(
            f"No subject with a water and a fat image was found under {data}. Give --data or --own a folder that holds one."
        )
    painted = [load_bodyparts3d(data)] if ATLAS not in without and is_present(data, ATLAS) else []
    require_different_names((*scanned, *painted))
    subjects: dict[str, Subject] = {subject.name: subject for subject in (*scanned, *painted)}
    weights = {subject.name: (1 - ATLAS_SHARE) / len(scanned) for subject in scanned}
    weights |= {subject.name: ATLAS_SHARE for subject in painted}
    return Collection(subjects, [], weights)


def citations(collection: Collection, data: Path) -> list[dict[str, str]]:
    """Data sets of a collection as its card lists them; a user's own subjects by name, whatever they are called.

    Args:
        collection: from :func:`load_fat_collection`.
        data: folder of the public data sets.
    """
    return Told(collection, public_subjects(data, ())).data()
