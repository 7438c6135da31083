"""Predict the fat fraction of every voxel of a T1 or T2 image. Runs in the worker: it loads torch when called.

The image is looked at slice by slice, as when it is outlined, and no outlines are needed: the fraction stays true while they
are corrected. Linear interpolation brings the network's pixels back to the image's own.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.voxels import require_signal
from ParaspinalFatLib.progress import Progress, no_progress
from ParaspinalFatLib.segmentation.device import choose_device
from ParaspinalFatLib.segmentation.fat_card import FatCard
from ParaspinalFatLib.segmentation.preparation import Preparation, prepare
from ParaspinalFatLib.segmentation.weights import load_network, load_torch

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, eq=False)
class FatPrediction:
    """What the network found.

    Attributes:
        fraction: float32, 0 to 1, on the input's own grid and in its own voxel order; NaN outside the body's box and in
            slices of one grey value.
        record: JSON-able facts for the provenance: weights, device, seconds, crop.
    """

    fraction: Image
    record: dict[str, object]


def predict_fat_fraction(
    image: Image, card: FatCard, *, device: str = "auto", threads: int = 0, progress: Progress = no_progress
) -> FatPrediction:
    """Predict the fat fraction.

    Args:
        image: T1 or T2, near axial, stored in any voxel order.
        card: of the network's weights.
        device: a name of :data:`device.DEVICES`.
        threads: CPU threads; 0 leaves the number to torch.

    Raises:
        InputError: voxels that are not finite numbers, or one value only.
        GeometryError: the slices are not near axial, or the grid is sheared.
        WeightsError, MissingPackageError, WorkerError: the network cannot be loaded, or the device is absent.
    """
    started = time.perf_counter()
    require_signal(image, "The image")
    view = axial_view(image)
    progress(0.0, "Loading the fat network")
    network, place = _loaded(card, device, threads)
    preparation = prepare(view.image, card.pixel_mm, card.stride)
    slices = view.image.array
    fraction = np.full(slices.shape, np.nan, np.float32)
    for k, plane in enumerate(slices):
        progress(k / len(slices), f"Finding fat in slice {k + 1} of {len(slices)}")
        if plane.min() < plane.max():  # a blank slice shows nothing
            fraction[k] = _fraction_of(network, place, preparation, plane)
    record = {
        "weights": {"name": card.name, "version": card.version, "sha256": card.sha256},
        "device": place.type,
        "crop": dict(preparation.record()),
        "seconds": round(time.perf_counter() - started, 3),
    }
    return FatPrediction(image.with_array(view.restore(fraction)), record)


def _loaded(card: FatCard, device: str, threads: int) -> tuple[torch.nn.Module, torch.device]:
    load_torch(threads)
    place = choose_device(device)
    return load_network(card, place), place


def _fraction_of(
    network: torch.nn.Module, place: torch.device, preparation: Preparation, plane: np.ndarray
) -> npt.NDArray[np.float32]:
    """Fat fraction (j, i) of one slice."""
    import torch

    with torch.inference_mode():
        image = torch.from_numpy(preparation.network_input(plane))[None, None].to(place)
        found = torch.sigmoid(network(image)[0, 0]).float().cpu().numpy()
    fraction = np.full(plane.shape, np.nan, np.float32)
    rows, columns = preparation.rows, preparation.columns
    fraction[rows.kept, columns.kept] = rows.back @ found @ columns.back.T
    return fraction
