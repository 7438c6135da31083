"""Held-out figures: Dice of whole slices at full resolution against labels, and a picture to look at.

Prediction here is the plainest form of what the runtime does (resample to the network's pixel, scale, pad, softmax,
resample back, largest class) without its post-processing: the figures judge the weights alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from ParaspinalFatLib.segmentation.intensity import normalise
from ParaspinalFatLib.training.partial_labels import UNKNOWN
from ParaspinalFatLib.training.preview import draw_slice
from ParaspinalFatLib.training.subjects import load_raw_images
from ParaspinalFatLib.training.synthesis import NETWORK_PIXEL_MM

Labels = npt.NDArray[np.uint8]


@torch.inference_mode()
def outline(
    network: torch.nn.Module,
    slices: np.ndarray,
    pixel_mm: tuple[float, float],
    network_pixel_mm: float = NETWORK_PIXEL_MM,
    stride: int = 16,
    device: str = "cpu",
) -> Labels:
    """Labels (k, j, i) of a stack in axial order.

    Args:
        network: logits from normalised slices.
        slices: (k, j, i) grey values.
        pixel_mm: (j, i) size of their pixels.
        network_pixel_mm: pixel at which the network works.
        stride: factor of the network's input size.
        device: where the network is.
    """
    result = np.zeros(slices.shape, np.uint8)
    size = [max(1, round(n * mm / network_pixel_mm)) for n, mm in zip(slices.shape[1:], pixel_mm, strict=True)]
    padding = [-n % stride for n in size]
    for number, plane in enumerate(slices):
        image = torch.from_numpy(plane.astype(np.float32))[None, None]
        image = functional.interpolate(image, size=size, mode="bilinear", antialias=True)
        image = torch.from_numpy(normalise(image[0].numpy()))[None]
        logits = network(functional.pad(image, (0, padding[1], 0, padding[0])).to(device))
        probabilities = torch.softmax(logits.float(), 1)[..., : size[0], : size[1]]
        full = functional.interpolate(probabilities, size=slices.shape[1:], mode="bilinear")
        result[number] = full.argmax(1)[0].cpu().numpy()
    return result


def dice(truth: Labels, prediction: Labels, groups: Mapping[str, tuple[int, ...]]) -> dict[str, float]:
    """Dice of whole volumes for groups of label values; voxels whose truth is unknown are left out.

    >>> dice(np.array([1, 2, 0, 255]), np.array([1, 1, 0, 1]), {"either": (1, 2), "absent": (7,)})
    {'either': 1.0}
    """
    known = truth != UNKNOWN
    figures = {}
    for name, values in groups.items():
        a, b = np.isin(truth, values) & known, np.isin(prediction, values) & known
        if a.any():
            figures[name] = float(2 * np.sum(a & b) / (np.sum(a) + np.sum(b)))
    return figures


def standard_groups() -> dict[str, tuple[int, ...]]:
    """The structures that figures are given for: each one alone, and erector spinae with multifidus for each side."""
    names = {"MF": 1, "ES": 3, "PM": 5, "QL": 7, "IC": 9}
    groups: dict[str, tuple[int, ...]] = {"ES+MF_right": (1, 3), "ES+MF_left": (2, 4)}
    for name, value in names.items():
        groups |= {f"{name}_right": (value,), f"{name}_left": (value + 1,)}
    return groups | {"IVD": (11,), "VB": (12,), "VA": (13,), "canal": (14,), "sacrum": (15,)}


def held_out_figures(
    network: torch.nn.Module, data: Path, name: str, pictures: Path | None = None
) -> list[dict[str, object]]:
    """Card entries for one real subject that was left out of training: Dice of every structure on every image of it.

    Args:
        network: in evaluation mode, on the CPU.
        data: folder of the data sets.
        name: of the subject.
        pictures: folder for an overlay picture of each image, or None.
    """
    images, labels, pixel_mm = load_raw_images(data, name)
    entries: list[dict[str, object]] = []
    for role, slices in images.items():
        prediction = outline(network, slices, pixel_mm)
        if pictures is not None:
            write_overlays(slices, prediction, labels, pictures / f"{name}_{role}.png")
        entries += [
            {"test_set": f"{name} ({role})", "n": 1, "structure": structure, "dice": round(value, 3)}
            for structure, value in dice(labels, prediction, standard_groups()).items()
        ]
    return entries


def write_overlays(slices: np.ndarray, prediction: Labels, truth: Labels, path: Path, count: int = 6) -> None:
    """A picture of ``count`` slices: prediction above, truth below."""
    from matplotlib import pyplot as plt

    chosen = np.linspace(0, len(slices) - 1, min(count, len(slices))).round().astype(int)
    figure, axes = plt.subplots(2, len(chosen), figsize=(4 * len(chosen), 8), squeeze=False)
    for column, index in enumerate(chosen):
        image = normalise(slices[index][None])[0]
        draw_slice(axes[0, column], image, prediction[index])
        draw_slice(axes[1, column], image, truth[index])
        axes[0, column].set_title(f"slice {index}: prediction above, truth below")
    figure.tight_layout(pad=0.2)
    figure.savefig(path, dpi=60)
    plt.close(figure)
