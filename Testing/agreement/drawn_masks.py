"""Masks drawn and written as files."""

from __future__ import annotations

import numpy as np
import SimpleITK as sitk

SPACING = (0.8, 0.8, 4.0)


def write_labels(path, labels, spacing=SPACING, metadata=()):
    """Write a label array (k, j, i), or (k, j, i, layer), with header entries."""
    image = sitk.GetImageFromArray(labels.astype(np.uint8), isVector=labels.ndim == 4)
    image.SetSpacing(spacing)
    for key, value in dict(metadata).items():
        image.SetMetaData(key, value)
    path.parent.mkdir(parents=True, exist_ok=True)
    sitk.WriteImage(image, str(path))
    return path


def boxes(shift=0, values=(1, 3)):
    """Two boxes of 2 x 6 x 6 voxels, the second one beside the first one, moved along i."""
    labels = np.zeros((4, 12, 24), np.uint8)
    labels[1:3, 3:9, 2 + shift : 8 + shift] = values[0]
    labels[1:3, 3:9, 10 + shift : 16 + shift] = values[1]
    return labels
