"""Cases for ``paraspinalfat evaluate`` from the two real subjects of the public data: truth, images, and synthetic contrasts.

python Testing/benchmarks/held_out_cases.py --data DIR --output DIR, then see docs/evaluation.md. Writes held_out/ (the subject
that development weights have not seen) and atlas/ (the other one). The T1 and T2 images are synthetic, by the spin-echo equation
from the subject's fat image and its painted complement, with coil shading, bias and noise; their names say so.
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
from ParaspinalFatLib.training.partial_labels import UNKNOWN
from ParaspinalFatLib.training.subjects import LOADERS, load_raw_images

SEQUENCES = {"synthetic_T2": (3800.0, 100.0), "synthetic_T1": (600.0, 10.0)}
"""Repetition and echo time in ms."""

SEED = 11
SLICE_MM = {"musclemap_sub0001": 4.4, "tum01": 4.0}


def main() -> None:
    """Write both folders."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    write_case(options.data, "musclemap_sub0001", options.output / "held_out", synthetic=True)
    write_case(options.data, "tum01", options.output / "atlas", synthetic=False)


def write_case(data: Path, name: str, folder: Path, *, synthetic: bool) -> None:
    """Images, labels and, of the held-out subject, its fat fraction and synthetic contrasts."""
    images, labels, pixel_mm = load_raw_images(data, name)
    affine = np.diag([-pixel_mm[1], -pixel_mm[0], SLICE_MM[name], 1.0])
    (folder / name).mkdir(parents=True, exist_ok=True)
    write_image(Image(labels, affine), folder / name / "labels.nii.gz")
    for role, slices in images.items():
        write_image(Image(slices.astype(np.float32), affine), folder / name / f"{role.replace('-', '_')}.nii.gz")
    if synthetic:
        subject = LOADERS[name](data)
        total = subject.water + subject.fat
        # Where nothing signals there is no fraction; 0 in the file would be lean muscle, so a value outside the muscles only.
        fraction = np.where(total > 0.05, 100 * subject.fat / np.maximum(total, 0.05), 0)
        write_image(Image(np.clip(fraction, 0, 100).astype(np.float32), affine), folder / name / "PDFF.nii.gz")
        tissue = np.where(labels == UNKNOWN, subject.labels, labels)
        for contrast, times in SEQUENCES.items():
            stack = np.stack([_signal(subject, tissue, k, times) for k in range(len(labels))])
            write_image(Image((1000 * stack).astype(np.float32), affine), folder / name / f"{contrast}.nii.gz")


def _signal(subject, tissue: np.ndarray, k: int, times: tuple[float, float]) -> np.ndarray:
    """One slice: relaxation times, coil and bias are those of the whole scan, noise is the slice's own."""
    water, fat = subject.water[k], subject.fat[k]
    signal = timed_signal(np.random.default_rng(SEED), water, fat, tissue[k], *times)
    rng = np.random.default_rng(SEED + 1)
    signal = surface_coil(rng, bias(rng, np.maximum(signal, 0).astype(np.float32), 0.15))
    return rician_noise(np.random.default_rng((SEED + 2, k)), ndimage.gaussian_filter(signal, 0.3))


if __name__ == "__main__":
    main()
