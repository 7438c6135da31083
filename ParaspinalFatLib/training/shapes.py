"""Other people's muscle shapes: deformation fields that turn a scanned slice into the outlines of a label map without image.

Every slice of a label map is paired with the scanned slices that resemble it; an affine fit of the muscles' extents
and diffeomorphic demons (Vercauteren 2009) on the label pictures give the field. Image and labels of the scan are
moved together, so however well the fit succeeded, the virtual subject's labels are true to its image.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.files import written_whole
from ParaspinalFatLib.progress import Progress, no_progress
from ParaspinalFatLib.training.origin import content_digest
from ParaspinalFatLib.training.partial_labels import OPEN
from ParaspinalFatLib.training.registration import FIT_MM, MUSCLES, demons, fit_affine, label_picture, landmarks
from ParaspinalFatLib.training.subjects import Labels, Subject, read_slices

KNOT_MM = 4.0
"""Distance of a stored field's knots: the demons field is smoother than this."""

LARGEST_ANISOTROPY, LARGEST_SCALE = 1.7, 1.9
"""Affine fits beyond these (thoracic slices fitted to lumbar ones, slivers) would squash the surroundings."""

REQUIRED = (1, 2, 3, 4)
"""Multifidus and erector spinae of both sides: a map's slice without them is not used."""


@dataclass(frozen=True)
class Shape:
    """A field from one map slice to one scanned slice.

    Attributes:
        subject: name of the scanned subject.
        slice: its slice.
        field: (2, a, b) displacement in mm, knots every :data:`KNOT_MM` from the target grid's corner.
        matrix: 2x3 affine, target mm (row, column, 1) -> source mm, applied before the field.
        target_centre: middle of the target's muscles (row, column) in mm.
    """

    subject: str
    slice: int
    field: npt.NDArray[np.float16]
    matrix: npt.NDArray[np.float64]
    target_centre: tuple[float, float]


def load_shape_maps(data: Path) -> dict[str, tuple[Labels, tuple[float, float, float]]]:
    """The MuscleMap label maps by name: labels in axial order and spacing (k, j, i)."""
    paths = sorted((data / "label_atlases").glob("mm_*.nii.gz"))
    chosen = [path for path in paths if not path.name.endswith(("context.nii.gz", "leanfat.nii.gz"))]
    return {path.name.removesuffix(".nii.gz"): read_slices(path) for path in chosen}


def rank_sources(plane: Labels, pixel_mm: tuple[float, float], subject: Subject) -> list[tuple[float, int]]:
    """A subject's slices in the order of how well an affine fit explains the target's muscles: (residual mm, slice)."""
    target = landmarks(plane, pixel_mm)
    ranked = []
    for index, labels in enumerate(subject.labels):
        source = landmarks(np.where(labels >= OPEN, 0, labels), subject.pixel_mm)
        missing = len(set(target) ^ set(source))
        if all(value in source and value in target for value in REQUIRED):
            ranked.append((fit_affine(target, source)[1] + 1.0 * missing, index))
    return sorted(ranked)


def fit_shape(plane: Labels, pixel_mm: tuple[float, float], subject: Subject, index: int) -> Shape:
    """Register one scanned slice to one map slice.

    Args:
        plane: (j, i) muscle labels of the map.
        pixel_mm: its pixel (j, i).
        subject: the scanned subject.
        index: its slice.
    """
    labels = subject.labels[index]
    source_points = landmarks(np.where(labels >= OPEN, 0, labels), subject.pixel_mm)
    target_points = landmarks(plane, pixel_mm)
    matrix, _ = fit_affine(target_points, source_points)
    size = [int(np.ceil(extent * pixel / FIT_MM)) for extent, pixel in zip(plane.shape, pixel_mm, strict=True)]
    grid = np.mgrid[0 : size[0], 0 : size[1]].astype(np.float64) * FIT_MM
    fixed = label_picture(plane, grid, pixel_mm)
    moved = np.tensordot(matrix[:, :2], grid, axes=1) + matrix[:, 2][:, None, None]
    field = demons(fixed, label_picture(labels, moved, subject.pixel_mm))
    step = int(KNOT_MM / FIT_MM)
    # The demons field lives on the target; carried through the affine it is added to source positions.
    carried = np.tensordot(matrix[:, :2], field, axes=1)[:, ::step, ::step]
    centre = np.concatenate(list(target_points.values())).mean(axis=0)
    return Shape(subject.name, index, carried.astype(np.float16), matrix, (float(centre[0]), float(centre[1])))


def shape_bank(
    maps: Mapping[str, tuple[Labels, tuple[float, float, float]]],
    subjects: Iterable[Subject],
    *,
    gap_mm: float = 4.0,
    sources: int = 2,
    progress: Progress = no_progress,
) -> list[Shape]:
    """Fit scanned slices to the slices of all label maps.

    Args:
        maps: labels in axial order and spacing (k, j, i) by name.
        subjects: scanned subjects; each contributes its ``sources`` most similar slices to every map slice.
        gap_mm: map slices are used about this far apart.
        sources: scanned slices of each subject for one map slice.
        progress: told about the fraction done.
    """
    jobs = []
    for labels, spacing in maps.values():
        for plane in labels[:: max(1, round(gap_mm / spacing[0]))]:
            if all(value in landmarks(plane, spacing[1:]) for value in REQUIRED):
                jobs += [(plane, spacing[1:], subject) for subject in subjects]
    bank = []
    for done, (plane, pixel, subject) in enumerate(jobs):
        for _, index in rank_sources(plane, pixel, subject)[:sources]:
            bank.append(fit_shape(plane, pixel, subject, index))
        progress((done + 1) / len(jobs), "fitting muscle shapes")
    return bank


def plausible(shape: Shape) -> bool:
    """Whether the affine part is a body's and not a caricature's: no direction stretched far more than the other."""
    large, small = np.linalg.svd(shape.matrix[:, :2], compute_uv=False)
    return bool(large / small <= LARGEST_ANISOTROPY and large <= LARGEST_SCALE and small >= 1 / LARGEST_SCALE)


def outlines_digest(subject: Subject) -> str:
    """SHA-256 of what fields are fitted to: the size of the pixels and the muscles of every slice, in order."""
    muscles = np.where(np.isin(subject.labels, MUSCLES), subject.labels, 0).astype(np.uint8)
    return content_digest(subject.pixel_mm, muscles)


def save_shapes(shapes: Sequence[Shape], path: Path, digest: str = "") -> None:
    """Keep a bank as one .npz file (no pickle), with the :func:`outlines_digest` of the subject that it was fitted to."""
    arrays: dict[str, np.ndarray] = {"subject": np.array([shape.subject for shape in shapes], dtype=str)}
    arrays["outlines"] = np.array(digest)
    arrays["slice"] = np.array([shape.slice for shape in shapes])
    arrays["centre"] = np.array([shape.target_centre for shape in shapes])
    arrays["matrix"] = np.array([shape.matrix for shape in shapes])
    arrays |= {f"field{number}": shape.field for number, shape in enumerate(shapes)}
    with written_whole(path) as beside, beside.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]


def kept_digest(path: Path) -> str | None:
    """The digest that a file of shapes was written with; empty if it was written without one, None if there is no such file
    or only the beginning of one."""
    try:
        with np.load(path) as arrays:
            return str(arrays["outlines"]) if "outlines" in arrays else ""
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):
        return None


def load_shapes(path: Path) -> list[Shape]:
    """Read what :func:`save_shapes` wrote."""
    with np.load(path) as arrays:
        return [
            Shape(
                str(subject),
                int(arrays["slice"][number]),
                arrays[f"field{number}"],
                arrays["matrix"][number],
                (float(arrays["centre"][number][0]), float(arrays["centre"][number][1])),
            )
            for number, subject in enumerate(arrays["subject"])
        ]
