"""The level network's weights as they are shipped: half-precision safetensors and a JSON card."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch

from ParaspinalFatLib.measurement.spine_classes import PLANE_PIXEL_MM, SpineClass
from ParaspinalFatLib.segmentation.intensity import PARAMETERS
from ParaspinalFatLib.training.export import INTENDED_USE, half_precision, write_files

QUANTITY = "spine_levels"


def write_level_weights(
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
        metrics: one mapping per way of looking at the subjects left out.
        limitations: sentences.
    """
    content = half_precision(weights)
    card = {
        "name": name,
        "version": version,
        "quantity": QUANTITY,
        "sha256": hashlib.sha256(content).hexdigest(),
        "architecture": dict(architecture),
        "pixel_mm": PLANE_PIXEL_MM,
        "classes": [one.name.lower() for one in SpineClass],
        "intensity": PARAMETERS,
        "training": dict(training),
        "metrics": list(metrics),
        "limitations": list(limitations),
        "intended_use": INTENDED_USE,
    }
    return write_files(folder, card, content)
