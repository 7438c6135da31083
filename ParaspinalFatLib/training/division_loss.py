"""What the network is trained on: the structures' outlines and, beside them, which part of the erector spinae a pixel is."""

from __future__ import annotations

import torch
from torch.nn import functional

from ParaspinalFatLib.segmentation.division import PARTS, WHOLE
from ParaspinalFatLib.training.losses import partial_label_loss

DIVISION_WEIGHT = 0.15
"""Weight of the division beside the outlines: its border is picked by eye and must not cost the outlines anything."""

_ILIOCOSTALIS = [parts.iliocostalis for parts in PARTS.values()]
_LONGISSIMUS = [parts.longissimus for parts in PARTS.values()]


def outline_and_division_loss(outputs: torch.Tensor, labels: torch.Tensor, classes: int) -> torch.Tensor:
    """Loss of a batch: that of the outlines (:mod:`losses`) and, if the network divides, the weighted one of the division.

    Args:
        outputs: (n, classes, h, w) logits, or one channel more: the logit of iliocostalis within the erector spinae.
        labels: (n, h, w) integer label values; iliocostalis and longissimus count as erector spinae among the classes.
        classes: of the outlines.
    """
    whole = torch.from_numpy(WHOLE).to(labels.device)[labels.long()]
    loss = partial_label_loss(outputs[:, :classes], whole)
    if outputs.shape[1] == classes:
        return loss
    return loss + DIVISION_WEIGHT * division_loss(outputs[:, classes], labels)


def division_loss(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Mean binary cross entropy over the pixels whose part of the erector spinae is known; 0 without any.

    Args:
        logits: (n, h, w) of iliocostalis.
        labels: (n, h, w) integer label values.
    """
    iliocostalis = torch.isin(labels, torch.tensor(_ILIOCOSTALIS, dtype=labels.dtype, device=labels.device))
    longissimus = torch.isin(labels, torch.tensor(_LONGISSIMUS, dtype=labels.dtype, device=labels.device))
    known = (iliocostalis | longissimus).float()
    entropy = functional.binary_cross_entropy_with_logits(
        logits.float(), iliocostalis.float(), weight=known, reduction="sum"
    )
    return entropy / known.sum().clamp(min=1)
