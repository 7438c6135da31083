"""Training of the fat network: the trainer of the outlines with other batches and another loss."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch.utils.data import IterableDataset

from ParaspinalFatLib.training.batches import Settings
from ParaspinalFatLib.training.collection import Collection
from ParaspinalFatLib.training.fat.loss import fat_loss
from ParaspinalFatLib.training.fat.sample import FatSample, fat_sample
from ParaspinalFatLib.training.trainer import Trainer
from ParaspinalFatLib.training.view import View

FAT_ARCHITECTURE: dict[str, object] = {
    "kind": "unet2d",
    "channels": [8, 16, 32, 48, 64],
    "convolutions": [1, 1, 2, 2, 2],
    "classes": 1,
    "groups": 4,
    "stride": 16,
}
"""Fat is local, but what muscle and fat look like in an image is not: thin at full resolution, wide at coarse ones."""

FIELD = View((128, 144), 0.8, 40.0)
"""Part of a slice, in mm: the network is read off everywhere, so what counts is that muscles and some fat are seen."""

FAT_BATCHES = ((FIELD, 4, 1.0),)


class FatTrainer(Trainer):
    """A :class:`Trainer` whose output is the voxel's fat fraction."""

    first_logit = -2.0  # muscle is mostly lean: a fraction of 0.12 to begin with

    def batches(self) -> IterableDataset:
        """Images (n, 1, h, w), and fraction and weight (n, 2, h, w), from the present iteration on."""
        return FatBatches(self.collection, self.settings, self.iteration)

    def loss(self, outputs: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
        """See :func:`loss.fat_loss`."""
        return fat_loss(outputs, truth[:, 0], truth[:, 1])


class FatBatches(IterableDataset):
    """Batches from an iteration on; several workers take turns."""

    def __init__(self, collection: Collection, settings: Settings, start: int) -> None:
        self.collection, self.settings, self.start = collection, settings, start

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        worker = torch.utils.data.get_worker_info()
        offset, step = (worker.id, worker.num_workers) if worker else (0, 1)
        for iteration in range(self.start + offset, self.settings.iterations, step):
            yield fat_batch(self.collection, self.settings, iteration)


def fat_batch(collection: Collection, settings: Settings, iteration: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The batch of one iteration, decided by seed and iteration alone: images, and fraction with weight."""
    rng = np.random.default_rng((settings.seed, iteration))
    view, size, _ = settings.batches[0]
    samples = [draw(collection, rng, view) for _ in range(size)]
    images = np.stack([sample.image for sample in samples])[:, None]
    truth = np.stack([np.stack([sample.fraction, sample.weight]) for sample in samples])
    return torch.from_numpy(images), torch.from_numpy(truth)


def draw(collection: Collection, rng: np.random.Generator, view: View) -> FatSample:
    """A sample of a random slice of a random subject."""
    names = list(collection.weights)
    shares = np.array([collection.weights[name] for name in names])
    subject = collection.subjects[names[rng.choice(len(names), p=shares / shares.sum())]]
    return fat_sample(rng, subject, int(rng.integers(len(subject.labels))), view)
