"""How a run is set up, and the batch that each of its iterations sees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch.utils.data import IterableDataset

from ParaspinalFatLib.training.collection import Collection
from ParaspinalFatLib.training.view import SMALL_FIELD, TORSO, View


@dataclass(frozen=True)
class Settings:
    """How a network is trained.

    Attributes:
        seed: of the first weights and of every sample: iteration n sees the same batch in every run.
        iterations: optimiser steps of the whole schedule.
        minutes: stop the schedule after this time instead, if it comes first (0: no limit). The learning rate follows
            whichever is further, so a run that is cut by time still cools down; only iterations repeat exactly.
        learning_rate: peak; rises over the first 3 % and falls to 1 % of the peak along a cosine.
        batches: view and batch size, with the share of iterations.
        easy_iterations: the difficulty of samples rises to full over so many iterations (0: full from the first).
        averaging: decay of the exponential moving average of the weights, which is what a run gives out.
        precision: "float32", "bfloat16" or "auto" (bfloat16 where the processor or GPU multiplies it natively).
        workers: processes that synthesise samples (0: the trainer itself does).
        save_every: iterations between checkpoints.
    """

    seed: int = 1
    iterations: int = 100_000
    minutes: float = 0.0
    learning_rate: float = 3e-3
    weight_decay: float = 1e-4
    batches: tuple[tuple[View, int, float], ...] = ((SMALL_FIELD, 4, 0.65), (TORSO, 2, 0.35))
    easy_iterations: int = 1200
    averaging: float = 0.996
    precision: str = "auto"
    workers: int = 1
    save_every: int = 200


Batch = tuple[torch.Tensor, torch.Tensor]


def batch_of(collection: Collection, settings: Settings, iteration: int) -> Batch:
    """The batch of one iteration, decided by seed and iteration alone: images (n, 1, h, w) and labels (n, h, w)."""
    rng = np.random.default_rng((settings.seed, iteration))
    shares = np.array([share for _, _, share in settings.batches])
    view, size, _ = settings.batches[rng.choice(len(shares), p=shares / shares.sum())]
    view = view.framed(rng)
    difficulty = min(1.0, 0.1 + iteration / settings.easy_iterations) if settings.easy_iterations else 1.0
    pairs = [collection.draw(rng, view, difficulty) for _ in range(size)]
    images, labels = (np.stack(part) for part in zip(*pairs, strict=True))
    return torch.from_numpy(images[:, None]), torch.from_numpy(labels)


class Batches(IterableDataset):
    """Batches from an iteration on; several workers take turns."""

    def __init__(self, collection: Collection, settings: Settings, start: int) -> None:
        self.collection, self.settings, self.start = collection, settings, start

    def __iter__(self) -> Iterator[Batch]:
        worker = torch.utils.data.get_worker_info()
        offset, step = (worker.id, worker.num_workers) if worker else (0, 1)
        for iteration in range(self.start + offset, self.settings.iterations, step):
            yield batch_of(self.collection, self.settings, iteration)
