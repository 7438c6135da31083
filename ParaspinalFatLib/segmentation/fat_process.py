"""Predict the fat fraction in a process of its own; torch never enters this one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.voxels import require_signal
from ParaspinalFatLib.progress import Progress, no_progress
from ParaspinalFatLib.resources import FAT_CARD, weights_card_path
from ParaspinalFatLib.segmentation.card_file import require_unaltered
from ParaspinalFatLib.segmentation.fat_card import read_fat_card
from ParaspinalFatLib.segmentation.process import run_worker
from ParaspinalFatLib.segmentation.protocol import FAT_FRACTION, Options


def fat_request(image: Image, weights: str | Path | None = None, device: str = "auto", threads: int = 0) -> Options:
    """What to ask the worker for, once image and weights have been checked.

    Args:
        image: T1 or T2.
        weights: name or path of a card; None for the fat network that comes with the program.
        device: auto, cpu, cuda or mps.
        threads: CPU threads; 0 leaves the number to torch.

    Raises:
        InputError, GeometryError: the image cannot be used.
        WeightsError: the weights are absent or altered.
    """
    require_signal(image, "The image")
    axial_view(image)
    card = read_fat_card(weights_card_path(weights, FAT_CARD))
    require_unaltered(card)
    return Options(str(card.path.resolve()), device, threads, task=FAT_FRACTION)


class WorkerFatPredictor:
    """Predicts the fat fraction with the network in a process of its own; a ``case.FatPredictor``."""

    def __init__(
        self,
        weights: str | Path | None = None,
        device: str = "auto",
        threads: int = 0,
        python: str | Path | None = None,
    ) -> None:
        """
        Args:
            weights, device, threads: as of :func:`fat_request`.
            python: interpreter of the worker; None for this one (within Slicer: PythonSlicer).
        """
        self.weights = weights
        self.device = device
        self.threads = threads
        self.python = python

    def __call__(self, image: Image, progress: Progress = no_progress) -> tuple[Image, dict[str, Any]]:
        """Fat fraction (float32, 0 to 1, NaN outside the body) on the grid of ``image``, and the record of the run.

        Raises:
            InputError, GeometryError: the image cannot be used.
            WeightsError: the weights are absent or altered.
            MissingPackageError: torch is not installed for the worker's Python.
            WorkerError: the worker could not start, ran out of memory, crashed or was killed.
        """
        options = fat_request(image, self.weights, self.device, self.threads)
        fraction, record = run_worker(image, options, self.python, progress)
        return image.with_array(fraction), record
