"""The fat network's weights as they are shipped: half-precision safetensors and a JSON card."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch

from ParaspinalFatLib.segmentation.intensity import PARAMETERS
from ParaspinalFatLib.training.export import INTENDED_USE, half_precision, write_files
from ParaspinalFatLib.training.fat.sample import FAT_PIXEL_MM

QUANTITY = "fat_fraction"


def write_fat_weights(
    folder: Path,
    name: str,
    version: str,
    weights: Mapping[str, torch.Tensor],
    architecture: Mapping[str, object],
    training: Mapping[str, object],
    metrics: Sequence[Mapping[str, object]],
    limitations: Sequence[str],
) -> Path:
    """Write ``<name>.safetensors`` and then its card ``<name>.json``, whose path is returned.

    Args:
        folder: where to.
        name: file name without ending.
        version: of these weights.
        weights: state of the network.
        architecture: what :func:`~ParaspinalFatLib.segmentation.unet.build_unet` needs to rebuild it.
        training: data sets with licences, iterations, seed, synthesis.
        metrics: one mapping per method, contrast and muscle.
        limitations: sentences.
    """
    content = half_precision(weights)
    card = {
        "name": name,
        "version": version,
        "quantity": QUANTITY,
        "sha256": hashlib.sha256(content).hexdigest(),
        "architecture": dict(architecture),
        "pixel_mm": FAT_PIXEL_MM,
        "intensity": PARAMETERS,
        "training": dict(training),
        "metrics": list(metrics),
        "limitations": list(limitations),
        "intended_use": INTENDED_USE,
    }
    return write_files(folder, card, content)
