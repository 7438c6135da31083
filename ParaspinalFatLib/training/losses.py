"""The loss: cross entropy and soft Dice over the voxels whose label is known; an unknown voxel gives no gradient."""

from __future__ import annotations

import torch
from torch.nn import functional

from ParaspinalFatLib.training.partial_labels import OPEN, UNKNOWN, possibilities

SMOOTH = 20.0
"""Pixels added to numerator and denominator of Dice: a structure of a few pixels does not dominate a batch."""


def partial_label_loss(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Mean cross entropy plus mean (1 - soft Dice) of the structures present in the batch.

    Args:
        logits: (n, classes, h, w).
        labels: (n, h, w) integer; :data:`~ParaspinalFatLib.training.partial_labels.UNKNOWN` is left out of everything;
            the other values from :data:`~ParaspinalFatLib.training.partial_labels.OPEN` on ask for any of the structures
            they may be (:func:`~ParaspinalFatLib.training.partial_labels.possibilities`).
    """
    labels = labels.long()
    logarithms = torch.log_softmax(logits.float(), dim=1)
    known = labels < OPEN
    entropy = functional.nll_loss(logarithms, labels.masked_fill(~known, UNKNOWN), ignore_index=UNKNOWN, reduction="sum")
    for value, may_be in possibilities(logits.shape[1]).items():
        entropy = entropy + open_entropy(logarithms, labels == value, may_be)
    answered = (labels != UNKNOWN).sum().clamp(min=1)
    return entropy / answered + dice_loss(logarithms.exp(), labels)


def open_entropy(logarithms: torch.Tensor, voxels: torch.Tensor, may_be: list[int]) -> torch.Tensor:
    """Sum over the voxels of -log(probability of anything they may be)."""
    return -(torch.logsumexp(logarithms[:, may_be], dim=1) * voxels).sum()


def dice_loss(probabilities: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """1 - soft Dice, each structure over the whole batch, mean over those present among the known voxels.

    What is predicted in partly unknown voxels counts against the structures that cannot be there.
    """
    classes = probabilities.shape[1]
    known = labels < OPEN
    # Without one-hot images: memory stays at one float a class and voxel.
    target = labels.masked_fill(~known, 0)
    truth = probabilities.gather(1, target[:, None])[:, 0]
    flat = target[known]
    both = torch.zeros(classes, dtype=truth.dtype, device=truth.device).index_add(0, flat, truth[known])
    true_size = torch.bincount(flat, minlength=classes).to(truth.dtype)
    predicted = torch.einsum("nchw,nhw->c", probabilities, known.to(truth.dtype))
    for value, may_be in possibilities(classes).items():
        cannot_be = torch.ones(classes, dtype=truth.dtype, device=truth.device)
        cannot_be[may_be] = 0
        predicted = predicted + cannot_be * torch.einsum("nchw,nhw->c", probabilities, (labels == value).to(truth.dtype))
    dice = (2 * both + SMOOTH) / (predicted + true_size + SMOOTH)
    present = true_size > 0
    present[0] = False
    return (1 - dice)[present].mean() if present.any() else probabilities.sum() * 0.0
