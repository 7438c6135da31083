"""The training loop: batches in, averaged weights out; resumable, repeatable, and as fast on two CPU cores as they allow."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.utils.data import DataLoader, IterableDataset

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.files import written_whole
from ParaspinalFatLib.segmentation.unet import DEFAULT_ARCHITECTURE, UNet, build_unet, with_full_head
from ParaspinalFatLib.training.batches import Batches, Settings
from ParaspinalFatLib.training.checkpoint import read_state
from ParaspinalFatLib.training.collection import Collection
from ParaspinalFatLib.training.division_loss import outline_and_division_loss
from ParaspinalFatLib.training.origin import RANDOM, Origin, content_digest
from ParaspinalFatLib.training.precision import lower_precision

HEAD_SPEED = 10.0
"""Learning rate of the last layer in multiples of the others': the optimiser moves a weight by about the learning rate a
step, whatever its gradient, and logits need weights of order 1 where the normalised layers need none."""

BACKGROUND_BIAS = 3.0
"""Nine voxels in ten are background: saying so at the start saves the network the first hundred steps."""


class Trainer:
    """One training run and its state; ``save`` and ``load`` carry it across processes.

    Args:
        collection: where samples come from.
        settings: how to train.
        architecture: of the network.
        device: "cpu" or "cuda"; None takes the GPU if there is one.

    A network for another quantity overrides ``first_logit`` (added to the first output before training), ``batches`` and
    ``loss``.

    Attributes:
        left_out: subjects or data sets that were left out, kept with the checkpoint.
        start: SHA-256 of the weights that the run began with, kept with the checkpoint.
        begun_with: what the card says of these weights (:func:`~ParaspinalFatLib.training.earlier_runs.begun_with`).

    Raises:
        InputError: a GPU is asked for and torch finds none.
    """

    first_logit = BACKGROUND_BIAS

    def __init__(
        self,
        collection: Collection,
        settings: Settings,
        architecture: Mapping[str, object] = DEFAULT_ARCHITECTURE,
        device: str | None = None,
    ) -> None:
        if device == "cuda" and not torch.cuda.is_available():
            raise InputError('device = "cuda" needs an NVIDIA GPU, and torch finds none here. Use device = "auto" or "cpu".')
        torch.manual_seed(settings.seed)
        self.collection, self.settings, self.architecture = collection, settings, dict(architecture)
        self.device = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        self.network = build_unet(architecture).to(self.device)
        self.network.start_with_background(self.first_logit)
        self.average = build_unet(architecture).to(self.device).requires_grad_(False)
        self.average.load_state_dict(self.network.state_dict())
        head = list(self.network.head.parameters())
        body = [weight for name, weight in self.network.named_parameters() if not name.startswith("head.")]
        self.optimiser = torch.optim.AdamW(
            [{"params": body, "speed": 1.0}, {"params": head, "speed": HEAD_SPEED}],
            lr=settings.learning_rate,
            weight_decay=settings.weight_decay,
        )
        self.iteration = 0
        self.seconds = 0.0
        self.losses: list[float] = []
        self.left_out: tuple[str, ...] = ()
        self.start = RANDOM
        self.begun_with: dict[str, object] = {}

    @cached_property
    def contents(self) -> dict[str, str]:
        """Digest of what samples of each subject are drawn from, by name."""
        return {
            name: content_digest(subject.pixel_mm, subject.water, subject.fat, subject.labels, subject.division)
            for name, subject in self.collection.subjects.items()
        }

    @property
    def origin(self) -> Origin:
        """What must be the same for the run to be continued."""
        left_out, seed = sorted(set(self.left_out)), self.settings.seed
        return Origin(left_out, seed, self.architecture, self.contents, self.start)

    def start_from(self, weights: Mapping[str, torch.Tensor]) -> None:
        """Begin with given weights instead of random ones.

        Args:
            weights: of the same network, or of one that did not divide the erector spinae: that output starts as it is.
        """
        full = with_full_head(weights, self.network)
        self.network.load_state_dict(full)
        self.average.load_state_dict(full)

    @property
    def progress(self) -> float:
        """Part of the schedule that is done, 0 to 1, by iterations or by time, whichever is further."""
        by_time = self.seconds / (60 * self.settings.minutes) if self.settings.minutes else 0.0
        return min(1.0, max(self.iteration / self.settings.iterations, by_time))

    def run(self, on_save: Callable[[Trainer], None] | None = None) -> UNet:
        """Train to the end of the schedule; ``on_save`` is called every ``save_every`` iterations and at the end.

        Raises:
            InputError: losses or weights are no longer finite numbers; ``on_save`` is not called for these.
        """
        on_save = on_save or _keep_nothing
        if self.progress >= 1.0:
            on_save(self)
            return self.average
        workers = self.settings.workers
        loader = DataLoader(self.batches(), batch_size=None, num_workers=workers, prefetch_factor=4 if workers else None)
        before = time.monotonic()
        for images, labels in loader:
            self.losses.append(self._step(images, labels))
            self.iteration += 1
            now = time.monotonic()
            self.seconds, before = self.seconds + now - before, now
            if self.progress >= 1.0:
                break
            if self.iteration % self.settings.save_every == 0:
                self._require_finite_weights()
                on_save(self)
        self._require_finite_weights()
        on_save(self)
        return self.average

    def batches(self) -> IterableDataset:
        """Images and what the network should say of them, from the present iteration on."""
        return Batches(self.collection, self.settings, self.iteration)

    def loss(self, outputs: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
        """How wrong the network's outputs are."""
        return outline_and_division_loss(outputs, truth, int(str(self.architecture["classes"])))

    def _step(self, images: torch.Tensor, labels: torch.Tensor) -> float:
        for group in self.optimiser.param_groups:
            group["lr"] = self.settings.learning_rate * group["speed"] * _schedule(self.progress)
        with self._casting():
            logits = self.network(images.to(self.device))
        loss = self.loss(logits, labels.to(self.device))
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        steepness = torch.nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        value = float(loss.detach())
        if not math.isfinite(value) or not math.isfinite(float(steepness)):
            raise self._diverged()
        self.optimiser.step()
        self._average_weights()
        return value

    def _require_finite_weights(self) -> None:
        """In half precision, as they are written."""
        if not all(bool(weight.half().isfinite().all()) for weight in self.average.parameters()):
            raise self._diverged()

    def _diverged(self) -> InputError:
        return InputError(
            f"Training stopped at step {self.iteration + 1}: its numbers are no longer finite. Checkpoint and weights stay "
            "as they were last written. Look for images that hold values that are not numbers, or continue with --resume "
            f"and a learning rate below {self.settings.learning_rate:g}."
        )

    def _casting(self) -> Any:
        if lower_precision(self.settings.precision, self.device):
            return torch.autocast(self.device.type, torch.bfloat16)
        return nullcontext()

    @torch.no_grad()
    def _average_weights(self) -> None:
        # Early on the average follows closely, or it would remember the random start.
        decay = min(self.settings.averaging, (1 + self.iteration) / (10 + self.iteration))
        for mean, weight in zip(self.average.parameters(), self.network.parameters(), strict=True):
            mean.lerp_(weight, 1 - decay)

    def save(self, path: Path) -> None:
        """Write the whole state and what it comes from; the file appears only when complete."""
        state = {
            "origin": self.origin.as_json(),
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "progress": json.dumps({"iteration": self.iteration, "seconds": self.seconds, "losses": self.losses}),
        }
        with written_whole(path) as partial:
            torch.save(state, partial)

    def load(self, path: Path) -> None:
        """Continue where :meth:`save` stopped.

        Of a run whose network did not divide the erector spinae, weights and schedule are continued; the new output and
        the optimiser's memory start afresh.

        Raises:
            InputError: the file cannot be read, or is of another run.
        """
        state = read_state(path, self.device)
        self.origin.require_same(state.get("origin"), path)
        same_outputs = state["network"]["head.bias"].shape == self.network.head.state_dict()["bias"].shape
        self.network.load_state_dict(with_full_head(state["network"], self.network))
        self.average.load_state_dict(with_full_head(state["average"], self.average))
        if same_outputs:
            self.optimiser.load_state_dict(state["optimiser"])
        progress = json.loads(state["progress"])
        self.iteration, self.seconds, self.losses = progress["iteration"], progress["seconds"], progress["losses"]

    def summary(self) -> dict[str, object]:
        """What the card says about the run."""
        run = {"iterations": self.iteration, "minutes": round(self.seconds / 60, 1), "settings": asdict(self.settings)}
        return {**run, **self.begun_with}


def _keep_nothing(_trainer: Trainer) -> None:
    """For runs whose result is only returned."""


def _schedule(progress: float) -> float:
    warm_up = 0.03
    if progress < warm_up:
        return max(0.02, progress / warm_up)
    cooled = (progress - warm_up) / (1 - warm_up)
    return 0.01 + 0.99 * 0.5 * (1 + float(np.cos(np.pi * cooled)))
