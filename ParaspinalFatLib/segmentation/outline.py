"""The network at work: slices in, label values out, never more than a few slices of probabilities at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.progress import Progress, no_progress
from ParaspinalFatLib.segmentation.card import Card
from ParaspinalFatLib.segmentation.device import choose_device
from ParaspinalFatLib.segmentation.division import PARTS, smooth_share
from ParaspinalFatLib.segmentation.preparation import Preparation
from ParaspinalFatLib.segmentation.weights import load_network, load_torch

if TYPE_CHECKING:
    import torch

BATCH_PIXELS = 1 << 17
"""Pixels of network input that are computed at once: a torso's slice at 1 mm, three at 1.5 mm. On a CPU larger batches were
not faster (75 to 84 ms a slice for batches of 1, 2 and 4) and need more memory."""


@dataclass(frozen=True, eq=False)
class Outlines:
    """What the network says of a stack of slices.

    Attributes:
        labels: (k, j, i) uint8 label values on the image's grid, before anything is removed.
        shares: (k, h, w) on the network's grid: how likely erector spinae is iliocostalis, smoothed; None from a network
            that does not divide it.
        probability: (k, j, i) on the image's grid: how probable the network's own label of the voxel is; None if nobody
            asked.
    """

    labels: npt.NDArray[np.uint8]
    shares: npt.NDArray[np.float16] | None
    probability: npt.NDArray[np.float16] | None = None


@dataclass(frozen=True, eq=False)
class Outliner:
    """A network ready to label slices.

    Attributes:
        network: maps (n, 1, h, w) to logits (n, classes, h, w), those of divisions after those of the classes; in
            evaluation mode, on ``device``.
        values: (classes,) label value of each output channel.
        device: where the network lies.
        batch_pixels: pixels of network input computed at once (at least one slice is).
        mirrored_channels: for each class that of the other side, to average with the mirrored slice; None for not.
        divides: whether the first logit after the classes divides the erector spinae.
    """

    network: torch.nn.Module
    values: npt.NDArray[np.uint8]
    device: torch.device
    batch_pixels: int = BATCH_PIXELS
    mirrored_channels: Sequence[int] | None = None
    divides: bool = False

    @classmethod
    def load(cls, card: Card, device: str, threads: int, batch_pixels: int, mirror_averaging: bool | None) -> Outliner:
        """The network of a card; for arguments and errors see :func:`predict.predict`."""
        load_torch(threads)
        place = choose_device(device)
        mirrored = card.mirror_averaging if mirror_averaging is None else mirror_averaging
        channels = card.mirrored_channels if mirrored else None
        return cls(load_network(card, place), card.values, place, batch_pixels, channels, card.divides)

    def outline(
        self,
        array: npt.NDArray[np.floating | np.integer],
        preparation: Preparation,
        progress: Progress = no_progress,
        with_probability: bool = False,
    ) -> Outlines:
        """Label values of every voxel, before anything is removed, and what divides the erector spinae.

        Args:
            array: (k, j, i) grey values in axial order.
            preparation: of this image.
            with_probability: also how probable each label is.
        """
        labels = np.zeros(array.shape, np.uint8)
        height, width = preparation.network_shape
        shares = np.zeros((len(array), height, width), np.float16) if self.divides else None
        probability = np.zeros(array.shape, np.float16) if with_probability else None
        for slices in _batches(len(array), max(1, self.batch_pixels // (height * width))):
            progress(slices.start / len(array), f"Outlining slice {slices.start + 1} of {len(array)}")
            inputs = np.stack([preparation.network_input(plane) for plane in array[slices]])
            for index, probabilities in zip(range(slices.start, slices.stop), self.probabilities(inputs), strict=True):
                classes = probabilities[: len(self.values)]
                if probability is None:
                    channels = preparation.channels(classes)
                else:
                    channels, probability[index] = preparation.channels_and_probability(classes)
                labels[index] = self.values[channels]
                if shares is not None:
                    erector = classes[np.isin(self.values, list(PARTS))].sum(axis=0)
                    shares[index] = smooth_share(probabilities[-1], erector, preparation.pixel_mm)
        return Outlines(labels, shares, probability)

    def probabilities(self, inputs: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """(n, classes, h, w) class probabilities of slices (n, h, w) and, if it ``divides``, then that of iliocostalis."""
        import torch

        with torch.inference_mode():
            slices = torch.from_numpy(inputs)[:, None].to(self.device)
            result = self._probabilities(slices)
            if self.mirrored_channels is not None:
                divisions = range(len(self.values), result.shape[1])
                mirror_image = self._probabilities(slices.flip(-1)).flip(-1)
                result = (result + mirror_image[:, [*self.mirrored_channels, *divisions]]) / 2
            return result.float().cpu().numpy()

    def _probabilities(self, slices: torch.Tensor) -> torch.Tensor:
        import torch

        logits = self.network(slices)
        classes = len(self.values)
        probabilities = logits[:, :classes].softmax(dim=1)
        if not self.divides:
            return probabilities
        return torch.cat([probabilities, logits[:, classes : classes + 1].sigmoid()], dim=1)

    def record(self) -> dict[str, object]:
        """Where and how the network ran, for provenance."""
        import torch

        return {
            "device": self.device.type,
            "threads": torch.get_num_threads(),
            "torch": str(torch.__version__),
            "mirror_averaging": self.mirrored_channels is not None,
        }


def _batches(count: int, size: int) -> Iterator[slice]:
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))
