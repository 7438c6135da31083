"""Whose water and fat the fat network learns from."""

from __future__ import annotations

from collections.abc import Collection as Names
from pathlib import Path

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.training.atlas import load_bodyparts3d
from ParaspinalFatLib.training.collection import Collection
from ParaspinalFatLib.training.own_subjects import load_own_subjects
from ParaspinalFatLib.training.sources import CITATIONS
from ParaspinalFatLib.training.subjects import LOADERS, RAW_IMAGES, Subject

ATLAS = "bodyparts3d"
ATLAS_SHARE = 0.15
"""Part of the samples from the painted atlas: other anatomy, but no real texture."""


def load_fat_collection(data: Path, without: Names[str] = (), own: Path | None = None) -> Collection:
    """Every subject that has a water and a fat image.

    Args:
        data: folder of the public data sets; those present are used.
        without: names to leave out (to test on).
        own: folder of the user's own subjects; those with a single image are of no use here and left out.

    Raises:
        InputError: no scanned subject with water and fat is left or found.
    """
    scanned = [load(data) for name, load in LOADERS.items() if name not in without and _present(data, RAW_IMAGES[name][0])]
    scanned += [] if own is None else [subject for subject in load_own_subjects(own) if subject.name not in without]
    scanned = [subject for subject in scanned if subject.fat is not None]
    if not scanned:
        raise InputError(
            f"No subject with a water and a fat image was found under {data}. Give --data or --own a folder that holds one."
        )
    painted = [load_bodyparts3d(data)] if ATLAS not in without and _present(data, ATLAS) else []
    subjects: dict[str, Subject] = {subject.name: subject for subject in (*scanned, *painted)}
    weights = {subject.name: (1 - ATLAS_SHARE) / len(scanned) for subject in scanned}
    weights |= {subject.name: ATLAS_SHARE for subject in painted}
    return Collection(subjects, [], weights)


def citations(collection: Collection) -> list[dict[str, str]]:
    """Data sets of a collection as its card lists them; a user's own subjects by name."""
    public = {entry["name"]: entry for entry in CITATIONS}
    return [public.get(name, {"name": name, "use": "user's own subject"}) for name in sorted(collection.subjects)]


def _present(data: Path, folder: str) -> bool:
    return (data / folder).is_dir()
