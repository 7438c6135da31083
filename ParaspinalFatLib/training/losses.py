"""The loss: cross entropy and soft Dice over the voxels whose label is known; an unknown voxel gives no gradient."""

from __future__ import annotations

import torch
from torch.nn import functional

from ParaspinalFatLib.training.partial_labels import UNDRAWN, UNDRAWN_MAY_BE, UNKNOWN

SMOOTH = 20.0
"""Pixels added to numerator and denominator of Dice: a structure of a few pixels does not dominate a batch."""


def partial_label_loss(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Mean cross entropy plus mean (1 - soft Dice) of the structures present in the batch.

    Args:
        logits: (n, classes, h, w).
        labels: (n, h, w) integer; :data:`~ParaspinalFatLib.training.partial_labels.UNKNOWN` is left out of everything, and
            :data:`~ParaspinalFatLib.training.partial_labels.UNDRAWN` asks for any of the structures it may be.
    """
    labels = labels.long()
    logarithms = torch.log_softmax(logits.float(), dim=1)
    known, undrawn = labels < UNDRAWN, labels == UNDRAWN
    entropy = functional.nll_loss(logarithms, labels.masked_fill(~known, UNKNOWN), ignore_index=UNKNOWN, reduction="sum")
    entropy = entropy + undrawn_entropy(logarithms, undrawn)
    return entropy / (known | undrawn).sum().clamp(min=1) + dice_loss(logarithms.exp(), labels, known, undrawn)


def undrawn_entropy(logarithms: torch.Tensor, undrawn: torch.Tensor) -> torch.Tensor:
    """Sum over the undrawn voxels of -log(probability of anything an undrawn voxel may be)."""
    allowed = [value for value in UNDRAWN_MAY_BE if value < logarithms.shape[1]]
    return -(torch.logsumexp(logarithms[:, allowed], dim=1) * undrawn).sum()


def dice_loss(probabilities: torch.Tensor, labels: torch.Tensor, known: torch.Tensor, undrawn: torch.Tensor) -> torch.Tensor:
    """1 - soft Dice, each structure over the whole batch, mean over those present among the known voxels.

    What is predicted in undrawn voxels counts against the structures that cannot be there.
    """
    classes = probabilities.shape[1]
    # Without one-hot images: memory stays at one float a class and voxel.
    target = labels.masked_fill(~known, 0)
    truth = probabilities.gather(1, target[:, None])[:, 0]
    flat = target[known]
    both = torch.zeros(classes, dtype=truth.dtype, device=truth.device).index_add(0, flat, truth[known])
    true_size = torch.bincount(flat, minlength=classes).to(truth.dtype)
    cannot_be = torch.ones(classes, dtype=truth.dtype, device=truth.device)
    cannot_be[[value for value in UNDRAWN_MAY_BE if value < classes]] = 0
    in_known = torch.einsum("nchw,nhw->c", probabilities, known.to(truth.dtype))
    in_undrawn = torch.einsum("nchw,nhw->c", probabilities, undrawn.to(truth.dtype))
    dice = (2 * both + SMOOTH) / (in_known + cannot_be * in_undrawn + true_size + SMOOTH)
    present = true_size > 0
    present[0] = False
    return (1 - dice)[present].mean() if present.any() else probabilities.sum() * 0.0
