"""The network: a plain 2D U-Net (Ronneberger 2015) with group normalisation. Only the worker and the trainer import this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import torch
from torch import nn

from ParaspinalFatLib.segmentation.card import divided_muscles

DEFAULT_ARCHITECTURE: dict[str, object] = {
    "kind": "unet2d",
    "channels": [16, 32, 64, 128, 224],
    "convolutions": [1, 2, 2, 2, 2],
    "classes": 16,
    "groups": 8,
    "stride": 16,
}
"""Channels and convolutions of each resolution level from full resolution down (each level halves it), output classes
including background, groups of each normalisation, and the factor that height and width of an input must be multiples
of. One convolution at full resolution, where a convolution costs most and sees least, halves the time of a slice."""

DIVIDING_ARCHITECTURE: dict[str, object] = {**DEFAULT_ARCHITECTURE, "divides": ["ES"]}
"""The same with one more output for each muscle that is divided: the logit of its lateral part (of the erector spinae, the
iliocostalis), wherever that muscle is; it is no class and not in any softmax."""


class UNet(nn.Module):
    """Encoder and decoder of 3x3 convolutions, joined by concatenation.

    Args:
        channels: feature channels from full resolution down; every number divisible by ``groups``.
        convolutions: how many convolutions each level has, in the encoder and again in the decoder.
        classes: output channels; channel 0 is background.
        groups: channel groups that are normalised together, per image (so a batch never mixes).
        divisions: further output channels after the classes.
    """

    def __init__(
        self, channels: Sequence[int], convolutions: Sequence[int], classes: int, groups: int, divisions: int = 0
    ) -> None:
        super().__init__()
        levels = zip(pairwise([1, *channels]), convolutions, strict=True)
        self.encoder = nn.ModuleList(_convolutions(before, after, count, groups) for (before, after), count in levels)
        steps = list(zip(pairwise(reversed(channels)), reversed(convolutions[:-1]), strict=True))
        self.enlarge = nn.ModuleList(nn.ConvTranspose2d(deep, shallow, 2, stride=2) for (deep, shallow), _ in steps)
        self.decoder = nn.ModuleList(_convolutions(2 * shallow, shallow, count, groups) for (_, shallow), count in steps)
        self.head = nn.Conv2d(channels[0], classes + divisions, 1)

    def start_with_background(self, logit: float) -> None:
        """Before training: raise the background's logit everywhere by ``logit``."""
        assert self.head.bias is not None
        with torch.no_grad():
            self.head.bias[0] += logit

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """Logits (n, classes + divisions, h, w) of normalised slices (n, 1, h, w); h and w are multiples of the stride."""
        features: list[torch.Tensor] = []
        for level, block in enumerate(self.encoder):
            image = block(image if level == 0 else nn.functional.max_pool2d(image, 2))
            features.append(image)
        image = features.pop()
        for enlarge, block in zip(self.enlarge, self.decoder, strict=True):
            image = block(torch.cat([enlarge(image), features.pop()], dim=1))
        return self.head(image)


def build_unet(architecture: Mapping[str, object]) -> UNet:
    """The network that a card's ``architecture`` describes, with fresh weights.

    Args:
        architecture: a JSON-able mapping like :data:`DEFAULT_ARCHITECTURE`; two convolutions a level if it gives none.

    Raises:
        ValueError: another kind of network, a muscle it cannot divide, or channels that do not fit stride and groups.
    """
    channels = [int(number) for number in architecture["channels"]]  # type: ignore[attr-defined]
    convolutions = [int(number) for number in architecture.get("convolutions", [2] * len(channels))]  # type: ignore[attr-defined]
    classes, groups, stride = (int(architecture[key]) for key in ("classes", "groups", "stride"))  # type: ignore[call-overload]
    if architecture["kind"] != "unet2d":
        raise ValueError(f"This version builds networks of kind 'unet2d', not {architecture['kind']!r}.")
    if stride != 2 ** (len(channels) - 1):
        raise ValueError(f"{len(channels)} levels need a stride of {2 ** (len(channels) - 1)}, not {stride}.")
    if any(number % groups for number in channels):
        raise ValueError(f"Channels {channels} are not all divisible by {groups} groups.")
    if len(convolutions) != len(channels):
        raise ValueError(f"{len(channels)} levels need as many numbers of convolutions, not {convolutions}.")
    return UNet(channels, convolutions, classes, groups, len(divided_muscles(architecture)))


def with_full_head(weights: Mapping[str, torch.Tensor], network: UNet) -> dict[str, torch.Tensor]:
    """Weights for ``network``, whose last layer may have more outputs than the weights know, or fewer.

    Args:
        weights: state of a network that is the same but for its outputs; those that ``network`` lacks are left out.
        network: to be loaded with them; outputs that the weights lack stay as they are.
    """
    result = dict(weights)
    for name, fresh in network.head.state_dict(prefix="head.").items():
        known = weights[name]
        result[name] = torch.cat([known[: len(fresh)], fresh[len(known) :].to(known)])
    return result


def multiply_accumulates(architecture: Mapping[str, object], height: int, width: int) -> int:
    """Multiply-accumulate operations of the convolutions for one slice of ``height`` x ``width`` pixels.

    Two of them floating-point operations each: ``2 * multiply_accumulates(...) / 1e9`` is GFLOP a slice.
    """
    total = 0

    def count(layer: nn.Module, _inputs: object, output: torch.Tensor) -> None:
        nonlocal total
        assert isinstance(layer, nn.Conv2d | nn.ConvTranspose2d)
        applied = output.shape[-2] * output.shape[-1]
        if isinstance(layer, nn.ConvTranspose2d):  # each output pixel sees one of the 2x2 kernel positions
            applied //= layer.kernel_size[0] * layer.kernel_size[1]
        total += layer.weight.numel() * applied

    with torch.device("meta"):
        network = build_unet(architecture)
        for layer in network.modules():
            if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
                layer.register_forward_hook(count)
        network(torch.zeros(1, 1, height, width))
    return total


def _convolutions(before: int, after: int, count: int, groups: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for inputs in (before, *[after] * (count - 1)):
        layers += [
            nn.Conv2d(inputs, after, 3, padding=1, bias=False),
            nn.GroupNorm(groups, after),
            nn.LeakyReLU(0.01, inplace=True),
        ]
    return nn.Sequential(*layers)
