"""A phantom torso whose structures have grey values of their own, and a tiny network that knows them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.segmentation import intensity

ARCHITECTURE = {"kind": "unet2d", "channels": [8], "convolutions": [2], "classes": 4, "groups": 2, "stride": 1}
CHANNELS = {"1": "ES_right", "2": "ES_left", "3": "canal"}
PIXEL_MM = 1.5

CARD = {
    "name": "tiny",
    "version": "1",
    "architecture": ARCHITECTURE,
    "pixel_mm": PIXEL_MM,
    "labels": CHANNELS,
    "intensity": intensity.PARAMETERS,
}
"""What the card says, apart from the digest."""

# Centres (column to the left, row to posterior) and radii in mm from the middle of the torso, and the grey value.
ELLIPSES = {
    "ES_right": ((-28, 30), (18, 20), 45),
    "ES_left": ((28, 30), (18, 20), 300),
    "canal": ((0, 10), (8, 9), 1000),
}


@dataclass(frozen=True)
class Torso:
    """An image in axial order and its true labels."""

    image: Image
    truth: np.ndarray


def axial_affine(column_mm: float, row_mm: float, slice_mm: float) -> np.ndarray:
    """Columns to the patient's left, rows to posterior, slices to superior."""
    return np.diag([-column_mm, -row_mm, slice_mm, 1.0])


def make_torso(pixel_mm: float = 1.5, slices: int = 4, size_mm: float = 156.0, scale: float = 1.0, seed: int = 0) -> Torso:
    """Ellipses in a grey torso within noisy air, growing by a fifth along the slices.

    Args:
        size_mm: field of view; the torso measures 124 x 136 mm, times ``scale``.
    """
    size = round(size_mm / pixel_mm)
    rows, columns = (np.mgrid[:size, :size] - (size - 1) / 2) * pixel_mm / scale
    air = np.hypot(rows / 62, columns / 68) > 1
    array, truth = [], []
    for index in range(slices):
        plane, labels = np.where(air, 0.0, 120.0), np.zeros((size, size), np.uint8)
        growth = 0.9 + 0.2 * index / max(1, slices - 1)
        for name, ((column, row), (radius_c, radius_r), value) in ELLIPSES.items():
            inside = np.hypot((columns - column) / radius_c, (rows - row) / radius_r) < growth
            plane[inside], labels[inside] = value, BY_IDENTIFIER[name].value
        array.append(plane)
        truth.append(labels)
    noisy = np.stack(array) + np.random.default_rng(seed).normal(0, 5, (slices, size, size))
    return Torso(Image(np.abs(noisy).astype(np.int16), axial_affine(pixel_mm, pixel_mm, 4.0)), np.stack(truth))


def write_weights(folder: Path, content: dict, network) -> Path:
    """Write weights and their card; returns the card's path."""
    from safetensors.torch import save_file

    save_file(network.state_dict(), folder / "tiny.safetensors")
    digest = hashlib.sha256((folder / "tiny.safetensors").read_bytes()).hexdigest()
    (folder / "tiny.json").write_text(json.dumps({**content, "sha256": digest}))
    return folder / "tiny.json"


def trained_network():
    """A tiny network that tells the torso's structures by their grey values; trained here in about two seconds."""
    import torch

    from ParaspinalFatLib.segmentation.unet import build_unet

    torch.manual_seed(0)
    torch.set_num_threads(1)
    lesson = make_torso(slices=2)
    channel_of_value = np.zeros(256, np.int64)
    for channel, identifier in CHANNELS.items():
        channel_of_value[BY_IDENTIFIER[identifier].value] = int(channel)
    inputs = torch.from_numpy(intensity.normalise(lesson.image.array))[:, None]
    target = torch.from_numpy(channel_of_value[lesson.truth])
    network = build_unet(ARCHITECTURE)
    optimiser = torch.optim.AdamW(network.parameters(), lr=0.02)
    for _ in range(300):
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(network(inputs), target).backward()
        optimiser.step()
    return network.eval()


def dividing_network(outlines):
    """A network with one output more, which calls what is far from the midline iliocostalis."""
    import torch
    from torch import nn

    class Dividing(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.outlines = outlines

        def forward(self, slices: torch.Tensor) -> torch.Tensor:
            width = slices.shape[-1]
            lateral = (torch.arange(width) - (width - 1) / 2).abs() - 28 / PIXEL_MM
            return torch.cat([self.outlines(slices), lateral.expand(len(slices), 1, slices.shape[-2], width)], dim=1)

    return Dividing().eval()


def dice(a: np.ndarray, b: np.ndarray) -> float:
    """Overlap of two masks."""
    return 2 * np.count_nonzero(a & b) / max(1, np.count_nonzero(a) + np.count_nonzero(b))
