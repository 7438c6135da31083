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

from ParaspinalFatLib.anatomy import BY_VALUE
from ParaspinalFatLib.files import written_whole
from ParaspinalFatLib.segmentation.division import PARTS
from ParaspinalFatLib.segmentation.intensity import normalise
from ParaspinalFatLib.training.erector_division import BORDERS, ILIOCOSTALIS, LONGISSIMUS, division_map, named
from ParaspinalFatLib.training.partial_labels import OPEN, UNKNOWN, possibilities
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
    classes: int = 16,
    device: str = "cpu",
) -> Labels:
    """Labels (k, j, i) of a stack in axial order.

    Args:
        network: logits from normalised slices.
        slices: (k, j, i) grey values.
        pixel_mm: (j, i) size of their pixels.
        network_pixel_mm: pixel at which the network works.
        stride: factor of the network's input size.
        classes: of the network at most; one output more divides the erector spinae.
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
        logits = logits.float()[..., : size[0], : size[1]]
        probabilities = torch.cat([torch.softmax(logits[:, :classes], 1), torch.sigmoid(logits[:, classes:])], 1)
        full = functional.interpolate(probabilities, size=slices.shape[1:], mode="bilinear").cpu()
        labels = full[:, :classes].argmax(1).numpy().astype(np.uint8)
        if full.shape[1] > classes:
            labels = named(labels, np.where(full[:, classes].numpy() > 0.5, ILIOCOSTALIS, LONGISSIMUS))
        result[number] = labels[0]
    return result


def dice(truth: Labels, prediction: Labels, groups: Mapping[str, tuple[int, ...]]) -> dict[str, float]:
    """Dice of whole volumes for groups of label values; voxels that may or may not be of a group are left out of its figure.

    >>> dice(np.array([1, 2, 0, 255]), np.array([1, 1, 0, 1]), {"either": (1, 2), "absent": (7,)})
    {'either': 1.0}
    """
    partly = possibilities(max(BY_VALUE) + 1)
    figures = {}
    for name, values in groups.items():
        none_of_these = [value for value, may_be in partly.items() if not set(values) & set(may_be)]
        known = (truth < OPEN) | np.isin(truth, none_of_these)
        a, b = np.isin(truth, values) & known, np.isin(prediction, values) & known
        if a.any():
            figures[name] = float(2 * np.sum(a & b) / (np.sum(a) + np.sum(b)))
    return figures


def standard_groups() -> dict[str, tuple[int, ...]]:
    """The structures that figures are given for: each one alone, and erector spinae with multifidus for each side.

    The erector spinae is that, divided or not.
    """
    names = {"ES+MF": (1, 3, 16, 18), "MF": (1,), "ES": (3, 16, 18), "PM": (5,), "QL": (7,), "IC": (9,)}
    groups: dict[str, tuple[int, ...]] = {}
    for name, values in names.items():
        groups |= {f"{name}_right": values, f"{name}_left": tuple(value + 1 for value in values)}
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
        figures = {f"{name} ({role})": dice(labels, prediction, standard_groups())}
        if np.isin(prediction, list(DIVISION_GROUPS.values())).any():
            truth = divided_truth(name, labels, pixel_mm)
            figures[f"{name} ({role}), border picked by eye"] = dice(truth, prediction, DIVISION_GROUPS)
        entries += [
            {"test_set": test_set, "n": 1, "structure": structure, "dice": round(value, 3)}
            for test_set, by_structure in figures.items()
            for structure, value in by_structure.items()
        ]
    return entries


DIVISION_GROUPS = {"IL_right": (16,), "IL_left": (17,), "LO_right": (18,), "LO_left": (19,)}
"""The parts of the erector spinae."""


def divided_truth(name: str, labels: Labels, pixel_mm: tuple[float, float]) -> Labels:
    """Labels (k, j, i) of a real subject with the parts of the erector spinae, unknown where its border is not sure."""
    truth = named(labels, division_map(labels, BORDERS[name], pixel_mm))
    truth[np.isin(truth, list(PARTS))] = UNKNOWN
    return truth


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
    with written_whole(path) as partial:
        figure.savefig(partial, dpi=60)
    plt.close(figure)
