"""Cases drawn as files: two muscles and a disc, a T2 image, water and fat, so that every figure is known."""

from __future__ import annotations

import numpy as np

from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.writing import write_image

SPACING = (1.0, 1.0, 4.0)
MF, ES, PM, DISC = 1, 3, 5, 11
SHAPE = (5, 40, 48)


def drawn_labels(shift=0):
    """Right multifidus of 10 x 10, right erector spinae beside it, a disc in the middle slice; moved along i."""
    labels = np.zeros(SHAPE, np.uint8)
    labels[1:4, 22:32, 12 + shift : 22 + shift] = MF
    labels[1:4, 22:32, 2 + shift : 12 + shift] = ES
    labels[2, 4:16, 14:34] = DISC
    return labels


def write_case(folder, name, labels, fat_share=0.25):
    """Images of one case, and its labels; the first columns of the multifidus are fat."""
    fraction = np.full(SHAPE, 0.1, np.float32)
    columns = round(10 * fat_share)
    fraction[:, 22:32, 12 : 12 + columns] = 0.9
    affine = np.diag([-SPACING[0], -SPACING[1], SPACING[2], 1.0])
    images = {"water": 100 * (1 - fraction), "fat": 100 * fraction, "T2w": 40 + 160 * fraction}
    (folder / name).mkdir(parents=True)
    for contrast, array in images.items():
        write_image(Image(array.astype(np.float32), affine), folder / name / f"{contrast}.nii.gz")
    write_image(Image(labels, affine), folder / name / "labels.nii.gz")


def write_prediction(folder, name, labels):
    """Labels on the same grid, named after the case."""
    folder.mkdir(exist_ok=True)
    affine = np.diag([-SPACING[0], -SPACING[1], SPACING[2], 1.0])
    write_image(Image(labels, affine), folder / f"{name}.nii.gz")
