"""The loss of the fat network: the fraction of each voxel, and on which side of one half it lies."""

from __future__ import annotations

import torch
from torch.nn import functional

FOCAL_GAMMA = 5.0
"""Exponent of the focal loss (JOR Spine 2024, dual model): voxels already on the right side of one half hardly count."""

HALF = 0.5
"""Voxels with more fat than this are fat in the binary map."""


def fat_loss(logits: torch.Tensor, fraction: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Weighted mean of cross entropy with the fraction, of the absolute error, and of the focal loss of the binary map; and
    the error of each image's mean fraction, which is what a table shows.

    Cross entropy with a fraction as its target is least at the mean fraction, so the measured mean is not drawn to either
    side. One output serves both tasks: the fraction is its sigmoid, the binary map where that is above one half.

    Args:
        logits: (n, 1, h, w).
        fraction: (n, h, w), 0 to 1.
        weight: (n, h, w), 0 or more.
    """
    outputs = logits[:, 0].float()
    entropy = functional.binary_cross_entropy_with_logits(outputs, fraction, reduction="none")
    error = torch.sigmoid(outputs) - fraction
    each = entropy + error.abs() + focal_loss(outputs, fraction > HALF)
    of_image = (error * weight).sum(dim=(1, 2)) / weight.sum(dim=(1, 2)).clamp(min=1.0)
    return (each * weight).sum() / weight.sum().clamp(min=1.0) + of_image.abs().mean()


def focal_loss(outputs: torch.Tensor, fat: torch.Tensor) -> torch.Tensor:
    """-(1 - p)^gamma log p for every voxel, p the probability given to its true side (Lin 2017).

    Args:
        outputs: logits.
        fat: boolean, same shape.
    """
    right_side = torch.where(fat, outputs, -outputs)
    return -((1 - torch.sigmoid(right_side)) ** FOCAL_GAMMA) * functional.logsigmoid(right_side)
