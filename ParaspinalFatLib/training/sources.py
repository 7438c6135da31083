"""Which data the shipped weights learn from: loading, mixing shares, and what their licences ask to be said."""

from __future__ import annotations

import os
from collections.abc import Collection as Names
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.progress import Progress, no_progress
from ParaspinalFatLib.training.atlas import load_bodyparts3d
from ParaspinalFatLib.training.collection import Collection
from ParaspinalFatLib.training.erector_division import BORDERS, with_division
from ParaspinalFatLib.training.own_subjects import load_own_subjects
from ParaspinalFatLib.training.partial_labels import OPEN, UNKNOWN
from ParaspinalFatLib.training.pelvis import load_pelvis
from ParaspinalFatLib.training.sagittal import BODY, DISC, SPINES, load_sagittal
from ParaspinalFatLib.training.shapes import (
    Shape,
    kept_digest,
    load_shape_maps,
    load_shapes,
    outlines_digest,
    plausible,
    save_shapes,
    shape_bank,
)
from ParaspinalFatLib.training.subjects import LOADERS, Subject, is_present

SCANNED_SHARE, ATLAS_SHARE, SAGITTAL_SHARE = 0.84, 0.1, 0.06
"""Parts of the samples that come from scanned subjects with muscle labels, the two painted atlases, and sagittal reformats
(half of them with bodies, half with discs)."""

NOWHERE = Path(os.devnull)
"""Stands for a folder of public data that was not given: nothing lies under it."""

CITATIONS: tuple[dict[str, str], ...] = (
    {
        "name": "tum01",
        "licence": "Apache-2.0 (LPM_Segmentator); images MyoSegmenTUM spine",
        "citation": "Zhang et al., Radiol Artif Intell 2025, doi 10.1148/ryai.240833; "
        "Burian et al., BMC Musculoskelet Disord 2019;20:152, doi 10.1186/s12891-019-2528-x",
        "use": "water and fat images; manual multifidus and erector spinae, semi-automatic labels of the other structures",
    },
    {
        "name": "musclemap_sub0001",
        "licence": "MIT (MuscleMap)",
        "citation": "McKay et al., J Imaging 2024;10(11):262, doi 10.3390/jimaging10110262",
        "use": "fat-bright image (water painted as its complement); muscle labels, semi-automatic labels of the rest",
    },
    {
        "name": "label_atlases",
        "licence": "MIT (MuscleMap)",
        "citation": "McKay et al., J Imaging 2024;10(11):262, doi 10.3390/jimaging10110262",
        "use": "five muscle label maps: the scanned slices are deformed onto their shapes; the pelvis of one is painted",
    },
    {
        "name": "bodyparts3d",
        "licence": "CC BY-SA 2.1 Japan",
        "citation": "BodyParts3D, (c) The Database Center for Life Science "
        "licensed under CC Attribution-Share Alike 2.1 Japan",
        "use": "pelvis, iliacus, psoas, sacrum and spine painted as images; its paraspinal muscles are left unknown",
    },
    {
        "name": SPINES,
        "licence": "GPL-3.0 (fastcleverseg)",
        "citation": "Ramos et al., Magn Reson Imaging 2024;109:134-146, doi 10.1016/j.mri.2024.03.021; Burian et al. 2019; "
        "Menezes-Reis et al. 2016, doi 10.21037/qims.2016.08.01",
        "use": "axial reformats of 16 water and 3 T2 scans: inside of vertebral bodies and discs",
    },
)
"""Data sets by folder or subject, as the card lists them."""


class Named(Protocol):
    """Anything that samples are drawn from."""

    @property
    def name(self) -> str:
        """Identifier, written on the weights' card."""


def load_collection(
    data: Path | None,
    cache: Path,
    without: Names[str] = (),
    own: Path | None = None,
    progress: Progress = no_progress,
    more: Sequence[Subject] = (),
    *,
    background_known: bool = False,
) -> Collection:
    """Everything that samples are drawn from.

    Args:
        data: folder of the data sets named in :data:`CITATIONS`; None: none of them.
        cache: folder that keeps the fitted shapes between runs.
        without: names of public sets, or of subjects, their cases or their images, to leave out (to test on).
        own: folder of the user's own subjects (:mod:`own_subjects`), or None.
        progress: told about the fraction of shapes that are fitted.
        more: scanned subjects that were read already.
        background_known: whether a voxel of own subjects without a label is background (:mod:`own_subjects`).

    Raises:
        InputError: no scanned subject is left or found, two have one name, nobody has a name that is to be left out, or
            nothing is known of the voxels outside the outlines.
    """
    own_subjects = [*(load_own_subjects(own, background_known=background_known) if own is not None else []), *more]
    require_somebody(without, own_subjects, data)
    data = data or NOWHERE
    present = {name: load for name, load in LOADERS.items() if name not in without and is_present(data, name)}
    scanned = [with_division(load(data), BORDERS.get(name)) for name, load in present.items()]
    scanned += [subject for subject in own_subjects if subject.called.isdisjoint(without)]
    if not scanned:
        raise InputError(
            "No subject with muscle labels is left to learn from. Give own subjects, images and labels, or the public data."
        )
    painters = (("bodyparts3d", load_bodyparts3d), ("label_atlases", load_pelvis))
    painted = [load(data) for name, load in painters if name not in without and is_present(data, name)]
    with_spines = SPINES not in without and is_present(data, SPINES)
    spines = [spine for spine in load_sagittal(data) if spine.name not in without] if with_spines else []
    require_different_names((*scanned, *painted, *spines))
    _require_something_beside(scanned)
    weights = {
        subject.name: share / len(group)
        for group, share in (
            (scanned, SCANNED_SHARE),
            (painted, ATLAS_SHARE),
            ([spine for spine in spines if spine.labels[0].min() == BODY], SAGITTAL_SHARE / 2),
            ([spine for spine in spines if spine.labels[0].min() == DISC], SAGITTAL_SHARE / 2),
        )
        for subject in group
    }
    shapes = [] if "label_atlases" in without else _fitted_shapes(data, cache, scanned, progress)
    return Collection({subject.name: subject for subject in (*scanned, *painted, *spines)}, shapes, weights)


def spine_names(data: Path) -> set[str]:
    """Names of the narrow views of spines in a folder of public data."""
    return {path.name for path in (data / SPINES).iterdir() if path.is_dir()} if is_present(data, SPINES) else set()


def require_somebody(without: Names[str], own: Sequence[Subject], data: Path | None) -> None:
    """Refuse a name to leave out that neither own subjects nor public data have (:func:`require_known`).

    Raises:
        InputError: there is one.
    """
    public = set() if data is None else {*LOADERS, *(entry["name"] for entry in CITATIONS), *spine_names(data)}
    called = public.union(*(subject.called for subject in own))
    require_known(without, called, public.union(subject.case_name for subject in own))


def require_known(without: Names[str], called: Names[str], proposed: Iterable[str]) -> None:
    """Refuse a name to leave out that nobody has: the subject that was meant would be learned from.

    Args:
        without: names to leave out.
        called: every name that somebody has.
        proposed: those that the message lists.

    Raises:
        InputError: nobody has one of the names.
    """
    for name in without:
        if name not in called:
            raise InputError(
                f"Nobody is called {name}, who is to be left out (without). Names that can be left out: "
                f"{', '.join(sorted(proposed))}."
            )


def require_different_names(subjects: Iterable[Named]) -> None:
    """Refuse subjects of one name, of which only the last would be learned from.

    Raises:
        InputError: two have one name.
    """
    seen: set[str] = set()
    for subject in subjects:
        if subject.name in seen:
            raise InputError(
                f"Two subjects are called {subject.name}, and only one would be learned from. Rename the folder or the "
                "files of one of them."
            )
        seen.add(subject.name)


def _require_something_beside(scanned: Iterable[Subject]) -> None:
    """Raise InputError if all that is known is the inside of outlines: a network would lose nothing by never ending them."""
    values = np.unique(np.concatenate([np.unique(subject.labels) for subject in scanned]))
    beside = (values == 0) | ((values >= OPEN) & (values < UNKNOWN))
    if UNKNOWN in values and not beside.any():
        raise InputError(
            "Nothing is known of any voxel outside the outlines: a network that calls everything psoas would lose nothing. "
            "Outline multifidus and erector spinae of both sides too, add the public data, or, if a voxel without a label "
            'is none of the structures that the program knows, say background = "known".'
        )


def _fitted_shapes(data: Path, cache: Path, subjects: list[Subject], progress: Progress) -> list[Shape]:
    """Shapes for every subject, from the cache where an earlier run left them for the same outlines.

    Earlier versions wrote no digest. Such a file is trusted for a public subject only: its outlines are nobody's to correct.
    """
    if not is_present(data, "label_atlases"):
        return []
    cache.mkdir(parents=True, exist_ok=True)
    shapes = []
    for subject in subjects:
        path, digest = cache / f"shapes_{subject.name}.npz", outlines_digest(subject)
        if kept_digest(path) not in ({digest, ""} if _is_public(subject, data) else {digest}):
            save_shapes(shape_bank(load_shape_maps(data), [subject], progress=progress), path, digest)
        shapes += [shape for shape in load_shapes(path) if plausible(shape)]
    return shapes


def _is_public(subject: Subject, data: Path) -> bool:
    return subject.name in LOADERS and is_present(data, subject.name)
