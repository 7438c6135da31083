"""Trained weights as they are shipped: half-precision safetensors and a JSON card that says what they are and from what."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from safetensors.torch import save

from ParaspinalFatLib.anatomy import BY_IDENTIFIER, BY_VALUE, mirrored
from ParaspinalFatLib.files import written_whole
from ParaspinalFatLib.segmentation.intensity import PARAMETERS
from ParaspinalFatLib.training.synthesis import NETWORK_PIXEL_MM

LEAST_DICE = 0.5
"""An outline that misses the truth by half is no basis for a number: below this a structure is withheld."""

INTENDED_USE = "Research use only. Not a medical device; every outline needs review by a qualified reader."


def write_weights(
    folder: Path,
    name: str,
    version: str,
    weights: Mapping[str, torch.Tensor],
    architecture: Mapping[str, object],
    training: Mapping[str, object],
    metrics: Sequence[Mapping[str, object]],
    limitations: Sequence[str],
) -> Path:
    """Write the weights of a network that outlines; arguments and result as of :func:`write_network`."""
    own = {
        "pixel_mm": NETWORK_PIXEL_MM,
        "mirror_averaging": True,
        "labels": network_labels(int(str(architecture["classes"]))),
        "withheld": withheld(metrics),
    }
    return write_network(folder, name, version, weights, architecture, training, metrics, limitations, own)


def write_network(
    folder: Path,
    name: str,
    version: str,
    weights: Mapping[str, torch.Tensor],
    architecture: Mapping[str, object],
    training: Mapping[str, object],
    metrics: Sequence[Mapping[str, object]],
    limitations: Sequence[str],
    own: Mapping[str, object],
) -> Path:
    """Write ``<name>.safetensors`` and its card ``<name>.json``; each appears only when complete, the card last.

    Args:
        folder: where to.
        name: file name without ending.
        version: of these weights.
        weights: state of the network.
        architecture: what :func:`~ParaspinalFatLib.segmentation.unet.build_unet` needs to rebuild it.
        training: data sets with licences, iterations, seed, synthesis.
        metrics: one mapping per test set and what was measured there.
        limitations: sentences.
        own: what only cards of this kind of network say, and its ``pixel_mm``.

    Returns:
        The card's path.
    """
    content = half_precision(weights)
    card = {
        "name": name,
        "version": version,
        "sha256": hashlib.sha256(content).hexdigest(),
        "architecture": dict(architecture),
        **own,
        "intensity": PARAMETERS,
        "training": dict(training),
        "metrics": list(metrics),
        "limitations": list(limitations),
        "intended_use": INTENDED_USE,
    }
    folder.mkdir(parents=True, exist_ok=True)
    with written_whole(folder / f"{name}.safetensors") as path:
        path.write_bytes(content)
    with written_whole(folder / f"{name}.json") as path:
        path.write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return folder / f"{name}.json"


def half_precision(weights: Mapping[str, torch.Tensor]) -> bytes:
    """The state of a network as a safetensors file of float16."""
    return save({key: tensor.detach().to("cpu", torch.float16).contiguous() for key, tensor in weights.items()})


def withheld(metrics: Sequence[Mapping[str, object]]) -> dict[str, str]:
    """Structures whose held-out outlines are too poor to be measured, on either side, each with its figure.

    >>> withheld([{"structure": "canal", "dice": 0.2, "test_set": "x", "n": 1}, {"structure": "IVD", "dice": 0.8}])
    {'canal': 'Dice 0.20 on x, held out, n = 1'}
    """
    by_name = {str(entry["structure"]): entry for entry in metrics if entry.get("structure") in BY_IDENTIFIER}
    dice = {name: float(str(entry["dice"])) for name, entry in by_name.items()}
    poor = {name for name, figure in dice.items() if figure < LEAST_DICE}
    both_sides = [name for name in dice if {name, mirrored(BY_IDENTIFIER[name]).identifier} & dice.keys() <= poor]
    return {
        name: f"Dice {dice[name]:.2f} on {by_name[name]['test_set']}, held out, n = {by_name[name]['n']}"
        for name in both_sides
    }


def network_labels(classes: int) -> dict[str, str]:
    """Network channel -> anatomy identifier; channel 0, the background, has none. Channels are anatomy values.

    >>> network_labels(3)
    {'1': 'MF_right', '2': 'MF_left'}
    """
    return {str(channel): BY_VALUE[channel].identifier for channel in range(1, classes)}
