"""Which data the shipped weights learn from: loading, mixing shares, and what their licences ask to be said."""

from __future__ import annotations

import os
from collections.abc import Collection as Names
from collections.abc import Sequence
from pathlib import Path

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.progress import Progress, no_progress
from ParaspinalFatLib.training.atlas import load_bodyparts3d
from ParaspinalFatLib.training.erector_division import BORDERS, with_division
from ParaspinalFatLib.training.own_subjects import load_own_subjects
from ParaspinalFatLib.training.pelvis import load_pelvis
from ParaspinalFatLib.training.sagittal import BODY, DISC, load_sagittal
from ParaspinalFatLib.training.shapes import Shape, load_shape_maps, load_shapes, plausible, save_shapes, shape_bank
from ParaspinalFatLib.training.subjects import LOADERS, Subject
from ParaspinalFatLib.training.synthesis import Collection

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
        "name": "sagittal_vertebrae",
        "licence": "GPL-3.0 (fastcleverseg)",
        "citation": "Ramos et al., Magn Reson Imaging 2024;109:134-146, doi 10.1016/j.mri.2024.03.021; Burian et al. 2019; "
        "Menezes-Reis et al. 2016, doi 10.21037/qims.2016.08.01",
        "use": "axial reformats of 16 water and 3 T2 scans: inside of vertebral bodies and discs",
    },
)
"""Data sets by folder or subject, as the card lists them."""


def load_collection(
    data: Path | None,
    cache: Path,
    without: Names[str] = (),
    own: Path | None = None,
    progress: Progress = no_progress,
    more: Sequence[Subject] = (),
) -> Collection:
    """Everything that samples are drawn from.

    Args:
        data: folder of the data sets named in :data:`CITATIONS`; None: none of them.
        cache: folder that keeps the fitted shapes between runs.
        without: names of subjects or sets to leave out (to test on).
        own: folder of the user's own subjects (:mod:`own_subjects`), or None.
        progress: told about the fraction of shapes that are fitted.
        more: scanned subjects that were read already.

    Raises:
        InputError: no scanned subject is left or found.
    """
    data = data or NOWHERE
    present = {name: load for name, load in LOADERS.items() if name not in without and _present(data, name)}
    scanned = [with_division(load(data), BORDERS.get(name)) for name, load in present.items()]
    own_subjects = [*(load_own_subjects(own) if own is not None else []), *more]
    scanned += [subject for subject in own_subjects if subject.name not in without]
    if not scanned:
        raise InputError(
            "No subject with muscle labels is left to learn from. Give own subjects, images and labels, or the public data."
        )
    painters = (("bodyparts3d", load_bodyparts3d), ("label_atlases", load_pelvis))
    painted = [load(data) for name, load in painters if name not in without and (data / name).is_dir()]
    with_spines = "sagittal_vertebrae" not in without and (data / "sagittal_vertebrae").is_dir()
    spines = load_sagittal(data) if with_spines else []
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


def _present(data: Path, name: str) -> bool:
    return (data / {"tum01": "tum01_dixon"}.get(name, name)).is_dir()


def _fitted_shapes(data: Path, cache: Path, subjects: list[Subject], progress: Progress) -> list[Shape]:
    """Shapes for every subject, from the cache where an earlier run left them."""
    if not (data / "label_atlases").is_dir():
        return []
    cache.mkdir(parents=True, exist_ok=True)
    shapes = []
    for subject in subjects:
        path = cache / f"shapes_{subject.name}.npz"
        if not path.exists():
            save_shapes(shape_bank(load_shape_maps(data), [subject], progress=progress), path)
        shapes += [shape for shape in load_shapes(path) if plausible(shape)]
    return shapes
