"""Cases for ``paraspinalfat evaluate`` from the two real subjects of the public data; see docs/evaluation.md.

python Testing/benchmarks/held_out_cases.py --data DIR --output DIR writes images/ and two kinds of truth of the subject that
development weights have not seen: muscles/ (the source's labels, known but in its flawed slices) and context/ (the
semi-automatic labels of disc, bone and canal, many voxels unknown); and atlas/, the other subject. The T1 and T2 images are
synthetic: the spin-echo equation on the subject's fat image and its painted complement, with coil, bias and noise.
``--field-mm 200`` cuts images and truth of that subject to a square of 200 mm around the muscles, a small examination.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from scipy import ndimage

from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.writing import write_image
from ParaspinalFatLib.training.artefacts import bias, rician_noise, surface_coil
from ParaspinalFatLib.training.fat.contrast import timed_signal
from ParaspinalFatLib.training.partial_labels import OPEN, UNKNOWN
from ParaspinalFatLib.training.subjects import LOADERS, load_raw_images, read_slices

SEQUENCES = {"synthetic_T2": (3800.0, 100.0), "synthetic_T1": (600.0, 10.0)}
"""Repetition and echo time in ms."""

SEED = 11
SLICE_MM = {"musclemap_sub0001": 4.4, "tum01": 4.0}


HELD_OUT, ATLAS = "musclemap_sub0001", "tum01"
FLAWED_SLICES = (0, 1, 9)
"""Of the held-out subject: muscles broken or begun there, as its description says."""

LEVELS = "level,slice\nL5/S1,4.5\nL4/5,12\n"
MUSCLES = tuple(range(1, 9))


def main() -> None:
    """Write all folders."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--field-mm", type=float, default=np.inf, help="field of view (default: all of the image)")
    options = parser.parse_args()
    write_held_out(options.data, options.output, options.field_mm)
    images, labels, affine = _read(options.data, ATLAS)
    for role, slices in images.items():
        _write(slices, affine, options.output / "atlas" / ATLAS / f"{role}.nii.gz")
    _write(labels, affine, options.output / "atlas" / ATLAS / "labels.nii.gz")


def write_held_out(data: Path, output: Path, field_mm: float) -> None:
    """Images of the held-out subject, real and synthetic, and both kinds of truth."""
    images, silver, affine = _read(data, HELD_OUT)
    muscles = read_slices(data / HELD_OUT / "labels.nii.gz")[0].astype(np.uint8)
    muscles[list(FLAWED_SLICES)] = UNKNOWN
    field = (slice(None), *_square(np.isin(silver, MUSCLES).any(axis=0), affine, field_mm))
    context = np.where(np.isin(silver, MUSCLES), 0, silver).astype(np.uint8)
    for kind, labels in (("muscles", muscles), ("context", context)):
        _write(labels[field], affine, output / kind / HELD_OUT / "labels.nii.gz")
        (output / kind / HELD_OUT / "levels.csv").write_text(LEVELS)
    subject = LOADERS[HELD_OUT](data)
    total = subject.water + subject.fat
    fraction = np.clip(100 * subject.fat / np.maximum(total, 0.05), 0, 100)
    stacks = {role.replace("-", "_"): slices for role, slices in images.items()} | {"PDFF_painted": fraction}
    tissue = np.where(silver == UNKNOWN, subject.labels, silver)
    for contrast, times in SEQUENCES.items():
        stacks[contrast] = 1000 * np.stack([_signal(subject, tissue, k, times) for k in range(len(silver))])
    for name, stack in stacks.items():
        _write(stack[field].astype(np.float32), affine, output / "images" / HELD_OUT / f"{name}.nii.gz")


def _square(muscles: np.ndarray, affine: np.ndarray, field_mm: float) -> tuple[slice, slice]:
    """Rows and columns around the middle of the muscles (j, i), ``field_mm`` wide where the image is."""
    found = []
    for axis, pixel_mm in enumerate((-affine[1, 1], -affine[0, 0])):
        places = np.flatnonzero(muscles.any(axis=1 - axis))
        half, middle = field_mm / pixel_mm / 2, (places[0] + places[-1] + 1) / 2
        found.append(slice(max(0, round(middle - half)), round(middle + half)) if np.isfinite(half) else slice(None))
    return found[0], found[1]


def _read(data: Path, name: str) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    images, labels, pixel_mm = load_raw_images(data, name)
    labels = np.where(labels >= OPEN, UNKNOWN, labels).astype(np.uint8)  # what may be one of several counts as unknown
    return images, labels, np.diag([-pixel_mm[1], -pixel_mm[0], SLICE_MM[name], 1.0])


def _write(array: np.ndarray, affine: np.ndarray, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_image(Image(array, affine), path)


def _signal(subject, tissue: np.ndarray, k: int, times: tuple[float, float]) -> np.ndarray:
    """One slice: relaxation times, coil and bias are those of the whole scan, noise is the slice's own."""
    water, fat = subject.water[k], subject.fat[k]
    signal = timed_signal(np.random.default_rng(SEED), water, fat, tissue[k], *times)
    rng = np.random.default_rng(SEED + 1)
    signal = surface_coil(rng, bias(rng, np.maximum(signal, 0).astype(np.float32), 0.15))
    return rician_noise(np.random.default_rng((SEED + 2, k)), ndimage.gaussian_filter(signal, 0.3))


if __name__ == "__main__":
    main()
