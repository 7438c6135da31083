"""The card of a set of network weights: what the network is, was trained on and may be used for. Needs no torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.anatomy import BY_IDENTIFIER, Structure, mirrored
from ParaspinalFatLib.errors import WeightsError
from ParaspinalFatLib.segmentation import intensity
from ParaspinalFatLib.segmentation.card_file import REINSTALL, read_card_file

DIVIDABLE = ("ES",)
"""Muscles that a network can have been taught to divide (the erector spinae, into iliocostalis and longissimus)."""


@dataclass(frozen=True)
class Card:
    """A checked weights card.

    Attributes:
        path: the card's own file (.json); the weights lie beside it under the same name (.safetensors).
        name, version: of the weights.
        sha256: digest of the weights file in hexadecimal.
        architecture: what ``unet.build_unet`` builds; holds ``classes`` and ``stride``.
        pixel_mm: in-plane pixel size of the network's input in mm.
        labels: the structure of each output channel; channel 0 is background and not listed.
        mirror_averaging: whether to average with the prediction of the left-right mirrored slice.
        withheld: structures the network learned but does not outline well enough to be measured, each with the reason; they
            are left out of every label image. A part of a muscle that is withheld leaves the muscle whole.
        content: everything on the card as read, for display and provenance.
    """

    path: Path
    name: str
    version: str
    sha256: str
    architecture: Mapping[str, Any]
    pixel_mm: float
    labels: Mapping[int, Structure]
    mirror_averaging: bool
    withheld: Mapping[Structure, str]
    content: Mapping[str, Any]

    @property
    def weights_path(self) -> Path:
        """The weights file this card describes."""
        return self.path.with_suffix(".safetensors")

    @property
    def classes(self) -> int:
        """Number of classes, background included."""
        return int(self.architecture["classes"])

    @property
    def divides(self) -> bool:
        """Whether the erector spinae is to be divided: the network can, and neither part is withheld."""
        withheld = {structure.abbreviation for structure in self.withheld}
        return bool(divided_muscles(self.architecture)) and not withheld & {"IL", "LO"}

    @property
    def stride(self) -> int:
        """Height and width of a network input are multiples of this."""
        return int(self.architecture["stride"])

    @property
    def values(self) -> npt.NDArray[np.uint8]:
        """(classes,) label value of each output channel."""
        table = np.zeros(self.classes, np.uint8)
        for channel, structure in self.labels.items():
            table[channel] = structure.value
        return table

    @property
    def mirrored_channels(self) -> Sequence[int]:
        """For each output channel the channel of the same structure on the other side."""
        channel_of = {structure: channel for channel, structure in self.labels.items()}
        return [0] + [channel_of[mirrored(self.labels[channel])] for channel in range(1, self.classes)]


def read_card(path: Path | str) -> Card:
    """Read a weights card and check that this program understands it.

    Raises:
        WeightsError: absent, unreadable, incomplete, or made for other anatomy or another input scaling.
    """
    card = read_card_file(Path(path), _card_of)
    _require_usable(card)
    return card


def divided_muscles(architecture: Mapping[str, Any]) -> tuple[str, ...]:
    """Abbreviations of the muscles that a network of this architecture divides; none in those made before any could.

    Raises:
        ValueError: a muscle that this version cannot divide.
    """
    muscles = tuple(str(muscle) for muscle in architecture.get("divides", ()))
    if muscles not in ((), DIVIDABLE):
        raise ValueError(f"This version divides {', '.join(DIVIDABLE)}, not {', '.join(muscles)}.")
    return muscles


def _card_of(path: Path, content: Mapping[str, Any]) -> Card:
    divided_muscles(content["architecture"])
    return Card(
        path=path,
        name=str(content["name"]),
        version=str(content["version"]),
        sha256=str(content["sha256"]).lower(),
        architecture=dict(content["architecture"]),
        pixel_mm=float(content["pixel_mm"]),
        labels={int(channel): BY_IDENTIFIER[name] for channel, name in content["labels"].items()},
        mirror_averaging=bool(content.get("mirror_averaging", False)),
        withheld={BY_IDENTIFIER[name]: str(reason) for name, reason in content.get("withheld", {}).items()},
        content=content,
    )


def _require_usable(card: Card) -> None:
    problem = None
    divided = divided_muscles(card.architecture)
    if sorted(card.labels) != list(range(1, card.classes)):
        problem = f"it names {len(card.labels)} structures for {card.classes - 1} output channels"
    elif len(set(card.labels.values())) < len(card.labels):
        problem = "it names one structure twice"
    elif {mirrored(structure) for structure in card.labels.values()} != set(card.labels.values()):
        problem = "it names a structure on one side without its counterpart on the other"
    elif {f"{muscle}_right" for muscle in divided} - {structure.identifier for structure in card.labels.values()}:
        problem = f"it divides {', '.join(divided)}, which it does not outline"
    elif not 0.1 <= card.pixel_mm <= 10.0 or card.stride < 1:
        problem = f"pixels of {card.pixel_mm} mm with a stride of {card.stride} cannot be meant"
    elif dict(card.content["intensity"]) != intensity.PARAMETERS:
        problem = "its weights were trained with another input scaling than this program's"
    if problem is not None:
        raise WeightsError(f"The weights card {card.path} does not fit this program: {problem}. {REINSTALL}")
