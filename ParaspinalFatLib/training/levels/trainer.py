"""Training of the level network: the trainer of the outlines with midline planes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
import torch
from torch.utils.data import IterableDataset

from ParaspinalFatLib.training.batches import Settings
from ParaspinalFatLib.training.collection import Collection
from ParaspinalFatLib.training.levels.sample import level_sample
from ParaspinalFatLib.training.levels.spines import Spine
from ParaspinalFatLib.training.losses import partial_label_loss
from ParaspinalFatLib.training.origin import content_digest
from ParaspinalFatLib.training.trainer import Trainer

LEVEL_ARCHITECTURE: dict[str, object] = {
    "kind": "unet2d",
    "channels": [8, 16, 32, 48, 64, 80],
    "convolutions": [1, 1, 2, 2, 2, 2],
    "classes": 5,
    "groups": 4,
    "stride": 32,
}
"""Which disc is the lowest is seen from afar: six resolution levels, so that the deepest sees the whole plane."""

BATCH = 4


class LevelTrainer(Trainer):
    """A :class:`Trainer` that learns from midline planes.

    Args:
        spines: what to learn from.
        settings: how to train.
        device: "cpu" or "cuda"; None takes the GPU if there is one.
    """

    def __init__(self, spines: Sequence[Spine], settings: Settings, device: str | None = None) -> None:
        super().__init__(Collection({}, [], {}), settings, LEVEL_ARCHITECTURE, device)
        self.spines = spines

    @cached_property
    def contents(self) -> dict[str, str]:
        """Digest of planes and labels of each spine."""
        return {spine.name: content_digest((), spine.images, spine.labels) for spine in self.spines}

    def batches(self) -> IterableDataset:
        """Images (n, 1, h, w) and classes (n, h, w), from the present iteration on."""
        return LevelBatches(self.spines, self.settings, self.iteration)

    def loss(self, outputs: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
        """See :func:`~ParaspinalFatLib.training.losses.partial_label_loss`."""
        return partial_label_loss(outputs, truth)


class LevelBatches(IterableDataset):
    """Batches from an iteration on; several workers take turns."""

    def __init__(self, spines: Sequence[Spine], settings: Settings, start: int) -> None:
        self.spines, self.settings, self.start = spines, settings, start

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        worker = torch.utils.data.get_worker_info()
        offset, step = (worker.id, worker.num_workers) if worker else (0, 1)
        for iteration in range(self.start + offset, self.settings.iterations, step):
            yield level_batch(self.spines, self.settings.seed, iteration)


def level_batch(spines: Sequence[Spine], seed: int, iteration: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The batch of one iteration, decided by seed and iteration alone: images and classes."""
    rng = np.random.default_rng((seed, iteration))
    samples = [level_sample(rng, spines[int(rng.integers(len(spines)))]) for _ in range(BATCH)]
    images, labels = (np.stack(part) for part in zip(*samples, strict=True))
    return torch.from_numpy(images[:, None]), torch.from_numpy(labels)
