"""The files of the sample case: water, fat, true labels, truth table and disc levels."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ParaspinalFatLib.files import written_whole
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.writing import write_image
from ParaspinalFatLib.progress import Progress, no_progress
from ParaspinalFatLib.sample.protocol import Protocol, coil_sensitivity, magnitude
from ParaspinalFatLib.sample.scan import SEED, SliceRecord, record
from ParaspinalFatLib.sample.spine import BODY_CENTRE, DISCS, course
from ParaspinalFatLib.sample.truth import truth_rows, write_truth


def generate(
    folder: Path | str, protocol: Protocol | None = None, seed: int = SEED, progress: Progress = no_progress
) -> None:
    """Write ``water.nii.gz``, ``fat.nii.gz``, ``labels.nii.gz``, ``truth.csv`` and ``levels.csv`` into a folder.

    The images are stored as the usual DICOM converters store an axial series: columns to the patient's left, rows to
    anterior, slices to superior, tilted as the scanner's plane was.
    """
    protocol = protocol or Protocol()
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    records = list(record(protocol, seed, progress=progress))
    water, fat = dixon_images(records, protocol, seed)
    write_image(_stored(water, protocol), folder / "water.nii.gz")
    write_image(_stored(fat, protocol), folder / "fat.nii.gz")
    write_image(_stored(np.stack([each.labels for each in records]), protocol), folder / "labels.nii.gz")
    write_truth(truth_rows(records, protocol), folder / "truth.csv")
    _write_levels(protocol, folder / "levels.csv")
    progress(1.0, "Done")


def dixon_images(records: Sequence[SliceRecord], protocol: Protocol, seed: int = SEED) -> tuple[np.ndarray, np.ndarray]:
    """Water and fat as stored, int16 in axial order; the noise of a slice depends on the seed and its number only."""
    water, fat = [], []
    for each in records:
        generator = np.random.default_rng((seed, each.slice))
        sensitivity = coil_sensitivity(protocol, each.slice) * np.float32(protocol.muscle_signal)
        water.append(magnitude(each.water * sensitivity, protocol.noise, generator))
        fat.append(magnitude(each.fat * sensitivity, protocol.noise, generator))
    return np.stack(water), np.stack(fat)


def _stored(axial: np.ndarray, protocol: Protocol) -> Image:
    """Voxels in axial order as the file keeps them, with rows reversed to run to anterior."""
    axial_affine = protocol.affine()
    reversal = np.eye(4)
    reversal[1, 1], reversal[1, 3] = -1, protocol.rows - 1
    return Image(np.ascontiguousarray(axial[:, ::-1]), axial_affine @ reversal)


def _write_levels(protocol: Protocol, path: Path) -> None:
    """The middle of every disc within the scan, RAS mm, in the form that the program reads as a levels file."""
    lowest = protocol.bottom_mm - 0.5 * protocol.spacing_mm
    highest = lowest + protocol.slices * protocol.spacing_mm
    with written_whole(path) as beside, beside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("level", "right_mm", "anterior_mm", "superior_mm"))
        for disc in DISCS:
            if lowest <= disc.height <= highest:
                left, back, _ = course(disc.height)
                position = protocol.ras((left + BODY_CENTRE[0], back + BODY_CENTRE[1], disc.height))
                writer.writerow((disc.level, *(f"{component:.2f}" for component in position)))
