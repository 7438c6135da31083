"""From a card to a network ready to predict. Only the worker and the benchmarks call this: it loads torch."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING

from ParaspinalFatLib.errors import MissingPackageError, WeightsError
from ParaspinalFatLib.segmentation.card_file import REINSTALL, WeightsCard, require_unaltered

if TYPE_CHECKING:
    import torch


def load_network(card: WeightsCard, device: torch.device) -> torch.nn.Module:
    """Build the card's network, load its weights in single precision and move it to the device.

    The last networks are kept, so that a process that outlines many images loads its network once.

    Raises:
        WeightsError: weights absent, altered, or of other shapes than the card's architecture.
        MissingPackageError: torch or safetensors is not installed.
    """
    require_unaltered(card)
    return _network(card.weights_path, card.sha256, json.dumps(card.architecture, sort_keys=True), device)


@functools.lru_cache(maxsize=4)
def _network(weights: Path, _sha256: str, architecture: str, device: torch.device) -> torch.nn.Module:
    """The network of a weights file whose digest has been checked."""
    try:
        import torch
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        from ParaspinalFatLib.segmentation.unet import build_unet
    except ImportError as error:
        raise missing_package(error) from error
    try:
        network = build_unet(json.loads(architecture))
        network.load_state_dict(load_file(weights))  # half precision becomes single, the network's own
    except (ValueError, KeyError, RuntimeError, SafetensorError) as error:
        first_line = str(error).splitlines()[0]
        raise WeightsError(
            f"The network's weights {weights} do not fit their card's architecture ({first_line}). {REINSTALL}"
        ) from error
    if device.type == "cpu":  # a fifth faster there, and the labels are the same
        network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # its stubs lack it
    return network.eval().to(device)


def load_torch(threads: int) -> None:
    """Load torch into this process.

    Args:
        threads: CPU threads of its arithmetic; 0 leaves the number to torch.

    Raises:
        MissingPackageError: torch is not installed.
    """
    try:
        import torch
    except ImportError as error:
        raise missing_package(error) from error
    if threads > 0:
        torch.set_num_threads(threads)


def missing_package(error: ImportError) -> MissingPackageError:
    """The sentence for a package that the network needs and that cannot be imported."""
    return MissingPackageError(
        f"The network needs the Python packages torch and safetensors, which cannot be loaded here ({error}). "
        "Install them: in Slicer with the PyTorch extension, elsewhere with: pip install torch safetensors"
    )
