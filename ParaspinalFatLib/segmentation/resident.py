"""The networks in this process, kept from one image to the next: for workers of a batch, which outline many."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.measurement.observation import Observation
from ParaspinalFatLib.progress import Progress, no_progress
from ParaspinalFatLib.resources import LEVELS_CARD, weights_card_path
from ParaspinalFatLib.segmentation.card import read_card
from ParaspinalFatLib.segmentation.levels_card import read_levels_card
from ParaspinalFatLib.segmentation.withheld import withheld_observations


class ResidentSegmenter:
    """Outlines the structures of an image in this process; a ``case.Segmenter``.

    The labels are those of :class:`process.WorkerSegmenter`, without the seconds that starting a process and loading the
    network take. torch stays in this process and a crash of it ends this process: not for Slicer.

    Attributes:
        last_report: as of :class:`process.WorkerSegmenter`.
    """

    def __init__(self, weights: str | Path | None = None, device: str = "auto", threads: int = 0) -> None:
        """Arguments as of :class:`process.WorkerSegmenter`."""
        self.weights = weights
        self.device = device
        self.threads = threads
        self.last_report: dict[str, Any] | None = None

    @property
    def observations(self) -> tuple[Observation, ...]:
        """What the reader should know about the outlines of the last finished run."""
        return withheld_observations(self.last_report)

    def __call__(self, image: Image, progress: Progress = no_progress) -> Image:
        """Label image (uint8, values of ``anatomy``) on the grid of ``image``; errors as of :func:`predict.predict`."""
        from ParaspinalFatLib.segmentation.predict import predict  # loads torch

        card = read_card(weights_card_path(self.weights))
        prediction = predict(image, card, device=self.device, threads=self.threads, progress=progress)
        self.last_report = prediction.record
        return prediction.labels


class ResidentLevelNetwork:
    """Looks at midline planes in this process; a ``level_naming.LevelNetwork`` that sees what
    :class:`levels_process.WorkerLevelNetwork` does.

    Attributes:
        last_report: facts about the last look for the provenance; None before.
    """

    def __init__(self, weights: str | Path | None = None, device: str = "auto", threads: int = 0) -> None:
        """Arguments as of :class:`levels_process.WorkerLevelNetwork`."""
        self.weights = weights
        self.device = device
        self.threads = threads
        self.last_report: dict[str, Any] | None = None

    def __call__(self, planes: npt.NDArray[np.float32], progress: Progress = no_progress) -> npt.NDArray[np.float32]:
        """Probabilities (n, classes, h, w) of planes (n, h, w); errors as of :func:`levels_prediction.predict_levels`."""
        from ParaspinalFatLib.segmentation.levels_prediction import predict_levels  # loads torch

        card = read_levels_card(weights_card_path(self.weights, LEVELS_CARD))
        found, self.last_report = predict_levels(planes, card, device=self.device, threads=self.threads, progress=progress)
        return found
