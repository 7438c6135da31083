"""The loss: cross entropy and soft Dice over the voxels whose label is known; an unknown voxel gives no gradient."""

from __future__ import annotations

import torch
from torch.nn import functional

from ParaspinalFatLib.training.partial_labels import UNKNOWN

SMOOTH = 20.0
"""Pixels added to numerator and denominator of Dice: a structure of a few pixels does not dominate a batch."""


def partial_label_loss(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Mean cross entropy plus mean (1 - soft Dice) of the structures present in the batch.

    Args:
        logits: (n, classes, h, w).
        labels: (n, h, w) integer; :data:`~ParaspinalFatLib.training.partial_labels.UNKNOWN` is left out of everything.
    """
    labels = labels.long()
    known = labels != UNKNOWN
    logits = logits.float()
    entropy = functional.cross_entropy(logits, labels, ignore_index=UNKNOWN, reduction="sum") / known.sum().clamp(min=1)
    return entropy + dice_loss(logits, labels, known)


def dice_loss(logits: torch.Tensor, labels: torch.Tensor, known: torch.Tensor) -> torch.Tensor:
    """1 - soft Dice, each structure over the whole batch, mean over those present among the known voxels."""
    probabilities = torch.softmax(logits, dim=1) * known[:, None]
    # Without one-hot images: memory stays at one float a class and voxel.
    target = labels.masked_fill(~known, 0)
    truth = probabilities.gather(1, target[:, None])[:, 0] * known
    classes = logits.shape[1]
    flat = target[known]
    both = torch.zeros(classes, dtype=logits.dtype, device=logits.device).index_add(0, flat, truth[known])
    true_size = torch.bincount(flat, minlength=classes).to(logits.dtype)
    predicted_size = probabilities.sum(dim=(0, 2, 3))
    dice = (2 * both + SMOOTH) / (predicted_size + true_size + SMOOTH)
    present = true_size > 0
    present[0] = False
    return (1 - dice)[present].mean() if present.any() else logits.sum() * 0.0
