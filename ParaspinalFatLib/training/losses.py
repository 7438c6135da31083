"""The loss: cross entropy and soft Dice over the voxels whose label is known; an unknown voxel gives no gradient."""

from __future__ import annotations

from functools import lru_cache

import torch

from ParaspinalFatLib.training.partial_labels import OPEN, UNKNOWN, possibilities

SMOOTH = 20.0
"""Pixels added to numerator and denominator of Dice: a structure of a few pixels does not dominate a batch."""

LEAST = 1e-30
"""Probabilities below this count as this: their logarithm stays finite."""


def partial_label_loss(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Mean cross entropy plus mean (1 - soft Dice) of the structures present in the batch.

    Args:
        logits: (n, classes, h, w).
        labels: (n, h, w) integer; :data:`~ParaspinalFatLib.training.partial_labels.UNKNOWN` is left out of everything;
            the other values from :data:`~ParaspinalFatLib.training.partial_labels.OPEN` on ask for any of the structures
            they may be (:func:`~ParaspinalFatLib.training.partial_labels.possibilities`).
    """
    labels = labels.long()
    probabilities = torch.softmax(logits.float(), dim=1)
    right = probabilities * answers(logits.shape[1], logits.device)[labels].movedim(-1, 1)
    return entropy(right, labels) + dice_loss(probabilities, right, labels)


@lru_cache(maxsize=4)
def answers(classes: int, device: torch.device) -> torch.Tensor:
    """(256, classes) with 1 where a voxel of that label value may be that class: nowhere for an unknown one."""
    table = torch.zeros(256, classes, device=device)
    table[:classes] = torch.eye(classes, device=device)
    for value, may_be in possibilities(classes).items():
        table[value, may_be] = 1.0
    return table


def entropy(right: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Mean of -log(probability of anything a voxel may be) over the voxels of which anything is known.

    Args:
        right: (n, classes, h, w) probabilities, 0 for what a voxel cannot be.
        labels: (n, h, w).
    """
    unknown = labels == UNKNOWN
    logarithms = right.sum(dim=1).clamp_min(LEAST).log().masked_fill(unknown, 0.0)
    return -logarithms.sum() / (~unknown).sum().clamp(min=1)


def dice_loss(probabilities: torch.Tensor, right: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """1 - soft Dice, each structure over the whole batch, mean over those present among the known voxels.

    What is predicted in partly unknown voxels counts against the structures that cannot be there.

    Args:
        probabilities: (n, classes, h, w).
        right: the same, 0 for what a voxel cannot be.
        labels: (n, h, w).
    """
    classes = probabilities.shape[1]
    known, answered = labels < OPEN, (labels != UNKNOWN).to(right.dtype)
    both = torch.einsum("nchw,nhw->c", right, known.to(right.dtype))
    possible = torch.einsum("nchw,nhw->c", right, answered) - both
    predicted = torch.einsum("nchw,nhw->c", probabilities, answered) - possible
    true_size = torch.bincount(labels[known], minlength=classes).to(right.dtype)
    dice = (2 * both + SMOOTH) / (predicted + true_size + SMOOTH)
    present = true_size > 0
    present[0] = False
    return (1 - dice)[present].mean() if present.any() else probabilities.sum() * 0.0
