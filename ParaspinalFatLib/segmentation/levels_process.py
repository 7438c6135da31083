"""Look for levels in a process of its own; torch never enters this one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.measurement.spine_classes import PLANE_PIXEL_MM
from ParaspinalFatLib.progress import Progress, no_progress
from ParaspinalFatLib.resources import LEVELS_CARD, weights_card_path
from ParaspinalFatLib.segmentation.card_file import require_unaltered
from ParaspinalFatLib.segmentation.levels_card import read_levels_card
from ParaspinalFatLib.segmentation.process import run_worker
from ParaspinalFatLib.segmentation.protocol import LEVELS, Options


def levels_request(weights: str | Path | None = None, device: str = "auto", threads: int = 0) -> Options:
    """What to ask the worker for, once the weights have been checked; arguments as of :class:`WorkerLevelNetwork`.

    Raises:
        WeightsError: the weights are absent or altered.
    """
    card = read_levels_card(weights_card_path(weights, LEVELS_CARD))
    require_unaltered(card)
    return Options(str(card.path.resolve()), device, threads, task=LEVELS)


def image_of_planes(planes: npt.NDArray[np.float32]) -> Image:
    """Planes (n, h, w) as the worker takes them."""
    return Image(planes, np.diag([PLANE_PIXEL_MM, PLANE_PIXEL_MM, 1.0, 1.0]))


class WorkerLevelNetwork:
    """Looks at midline planes with the level network in a process of its own; a ``level_naming.LevelNetwork``.

    Attributes:
        last_report: facts about the last finished run for the provenance; None before.
    """

    def __init__(
        self,
        weights: str | Path | None = None,
        device: str = "auto",
        threads: int = 0,
        python: str | Path | None = None,
    ) -> None:
        """
        Args:
            weights: name or path of a card; None for the level network that comes with the program.
            device: auto, cpu, cuda or mps.
            threads: CPU threads; 0 leaves the number to torch.
            python: interpreter of the worker; None for this one (within Slicer: PythonSlicer).
        """
        self.weights = weights
        self.device = device
        self.threads = threads
        self.python = python
        self.last_report: dict[str, Any] | None = None

    def __call__(self, planes: npt.NDArray[np.float32], progress: Progress = no_progress) -> npt.NDArray[np.float32]:
        """Probabilities (n, classes, h, w) of planes (n, h, w).

        Raises:
            WeightsError: the weights are absent or altered.
            MissingPackageError: torch is not installed for the worker's Python.
            WorkerError: the worker could not start, ran out of memory, crashed or was killed.
        """
        options = levels_request(self.weights, self.device, self.threads)
        found, self.last_report = run_worker(image_of_planes(planes), options, self.python, progress)
        return found
