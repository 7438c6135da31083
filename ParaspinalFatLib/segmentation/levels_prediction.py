"""What the level network sees in midline planes. Runs in the worker: it loads torch when called."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.progress import Progress, no_progress
from ParaspinalFatLib.segmentation.device import choose_device
from ParaspinalFatLib.segmentation.intensity import normalise
from ParaspinalFatLib.segmentation.levels_card import LevelsCard
from ParaspinalFatLib.segmentation.weights import load_network, load_torch

if TYPE_CHECKING:
    import torch


SIZES = (0.88, 1.0, 1.12)
"""A plane is looked at enlarged and reduced too: what is said of all of them is surer than what is said of one."""


def predict_levels(
    planes: npt.NDArray[np.floating],
    card: LevelsCard,
    *,
    device: str = "auto",
    threads: int = 0,
    progress: Progress = no_progress,
) -> tuple[npt.NDArray[np.float32], dict[str, object]]:
    """Probabilities of every class, and facts for the provenance.

    Args:
        planes: (n, h, w) of :mod:`~ParaspinalFatLib.measurement.spine_plane`.
        card: of the network's weights.
        device: a name of :data:`device.DEVICES`.
        threads: CPU threads; 0 leaves the number to torch.

    Returns:
        (n, classes, h, w) float32, and the record.

    Raises:
        WeightsError, MissingPackageError, WorkerError: the network cannot be loaded, or the device is absent.
    """
    load_torch(threads)
    started = time.perf_counter()
    progress(0.0, "Loading the level network")
    place = choose_device(device)
    network = load_network(card, place)
    found = []
    for index, plane in enumerate(planes):
        progress(index / len(planes), "Looking for levels")
        found.append(_probabilities(network, place, plane, card.stride))
    record: dict[str, object] = {
        "weights": {"name": card.name, "version": card.version, "sha256": card.sha256},
        "device": place.type,
        "planes": len(planes),
        "seconds": round(time.perf_counter() - started, 3),
    }
    return np.stack(found), record


def _probabilities(network: torch.nn.Module, place: torch.device, plane: np.ndarray, stride: int) -> npt.NDArray[np.float32]:
    """(classes, h, w) of one plane: the mean over several sizes of it."""
    import torch
    from torch.nn import functional

    image = torch.from_numpy(normalise(plane[None]))[None].to(place)
    found = []
    with torch.inference_mode():
        for size in SIZES:
            shape = [max(stride, round(edge * size)) for edge in plane.shape]
            resized = functional.interpolate(image, shape, mode="bilinear", align_corners=True)
            padding = [-edge % stride for edge in shape]
            # Zeros around the plane, as in training.
            logits = network(functional.pad(resized, (0, padding[1], 0, padding[0])))[:, :, : shape[0], : shape[1]]
            likely = torch.softmax(logits.float(), dim=1)
            found.append(functional.interpolate(likely, plane.shape, mode="bilinear", align_corners=True))
        return torch.stack(found).mean(dim=0)[0].cpu().numpy()
