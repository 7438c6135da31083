"""Outline the structures of one image with the network. Runs in the worker: it loads torch when called."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.anatomy import STRUCTURES
from ParaspinalFatLib.errors import MeasurementError
from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.voxels import require_signal
from ParaspinalFatLib.progress import Progress, no_progress, part
from ParaspinalFatLib.segmentation.card import Card
from ParaspinalFatLib.segmentation.division import divide
from ParaspinalFatLib.segmentation.mean_probability import MEAN_PROBABILITY, mean_probabilities
from ParaspinalFatLib.segmentation.outline import BATCH_PIXELS, Outliner
from ParaspinalFatLib.segmentation.postprocess import clean
from ParaspinalFatLib.segmentation.preparation import prepare

MUSCLE_VALUES = tuple(structure.value for structure in STRUCTURES if structure.is_muscle)


@dataclass(frozen=True, eq=False)
class Prediction:
    """What the network found.

    Attributes:
        labels: uint8 label image on the input's own grid and in its own voxel order.
        record: JSON-able facts for the provenance: weights, device, seconds, crop, voxels removed.
    """

    labels: Image
    record: dict[str, object]


def predict(
    image: Image,
    card: Card,
    *,
    device: str = "auto",
    threads: int = 0,
    batch_pixels: int = BATCH_PIXELS,
    mirror_averaging: bool | None = None,
    mean_probability: bool = False,
    progress: Progress = no_progress,
) -> Prediction:
    """Outline the structures of one image.

    Args:
        image: any contrast, near axial, stored in any voxel order.
        card: of the network's weights.
        device: a name of :data:`device.DEVICES`.
        threads: CPU threads; 0 leaves the number to torch.
        batch_pixels: how many pixels of network input to compute at once (at least one slice is).
        mirror_averaging: average with the prediction of the mirrored slice (twice the time); None follows the card.
        mean_probability: also record how sure the network is of each outline
            (:func:`mean_probability.mean_probabilities`).

    Raises:
        InputError: voxels that are not finite numbers, or one value only.
        GeometryError: the slices are not near axial, or the grid is sheared.
        WeightsError, MissingPackageError, WorkerError: the network cannot be loaded, or the device is absent.
        MeasurementError: no muscle was found.
    """
    clock = _Clock()
    require_signal(image, "The image")
    view = axial_view(image)
    progress(0.0, "Loading the network")
    outliner = Outliner.load(card, device, threads, batch_pixels, mirror_averaging)
    preparation = prepare(view.image, card.pixel_mm, card.stride)
    clock.lap("loading")
    outlines = outliner.outline(view.image.array, preparation, part(progress, 0.02, 0.95), mean_probability)
    clock.lap("network")
    progress(0.95, "Removing crumbs")
    column_mm, row_mm, _ = view.image.spacing
    cleaned, cleaning = clean(outlines.labels, (row_mm, column_mm))
    withheld = _take_out(cleaned, card)
    if outlines.shares is not None:
        divide(cleaned, outlines.shares, preparation)
    clock.lap("cleaning")
    _require_muscle(cleaned)
    record = {
        "weights": {"name": card.name, "version": card.version, "sha256": card.sha256},
        **outliner.record(),
        "crop": dict(preparation.record()),
        "cleaning": cleaning.record(),
        "withheld": withheld,
        "erector_spinae_divided": outlines.shares is not None,
        "seconds": clock.laps,
    }
    if mean_probability:
        record[MEAN_PROBABILITY] = mean_probabilities(cleaned, outlines, preparation)
    return Prediction(image.with_array(view.restore(cleaned)), record)


def _take_out(labels: npt.NDArray[np.uint8], card: Card) -> dict[str, dict[str, object]]:
    """Clear, in place, what the card withholds; they were needed until now, so that no neighbour took their place.

    Returns:
        Identifier to the reason and the number of voxels taken out.
    """
    taken: dict[str, dict[str, object]] = {}
    for structure, reason in card.withheld.items():
        voxels = labels == structure.value
        taken[structure.identifier] = {"reason": reason, "voxels": int(np.count_nonzero(voxels))}
        labels[voxels] = 0
    return taken


class _Clock:
    """Seconds that the steps took."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = round(now - self._last, 3)
        self._last = now


def _require_muscle(labels: npt.NDArray[np.uint8]) -> None:
    if not np.isin(labels, MUSCLE_VALUES).any():
        raise MeasurementError(
            "No muscle was found in this image. Check that it is an axial scan of the lumbar spine and that its voxel sizes "
            "are right; another contrast of the same examination may work better."
        )
