"""The card of the network that outlines the structures. Needs no torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.anatomy import BY_IDENTIFIER, Structure, mirrored
from ParaspinalFatLib.segmentation.card_file import WeightsCard, read_card_file

DIVIDABLE = ("ES",)
"""Muscles that a network can have been taught to divide (the erector spinae, into iliocostalis and longissimus)."""


@dataclass(frozen=True)
class Card(WeightsCard):
    """A checked card of a network that outlines.

    Attributes:
        labels: the structure of each output channel; channel 0 is background and not listed.
        mirror_averaging: whether to average with the prediction of the left-right mirrored slice.
        withheld: structures the network learned but does not outline well enough to be measured, each with the reason; they
            are left out of every label image. A part of a muscle that is withheld leaves the muscle whole.
    """

    labels: Mapping[int, Structure]
    mirror_averaging: bool
    withheld: Mapping[Structure, str]

    @property
    def divides(self) -> bool:
        """Whether the erector spinae is to be divided: the network can, and neither part is withheld."""
        withheld = {structure.abbreviation for structure in self.withheld}
        return bool(divided_muscles(self.architecture)) and not withheld & {"IL", "LO"}

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

    @classmethod
    def own_fields(cls, content: Mapping[str, Any]) -> Mapping[str, Any]:
        """Labels, averaging and what is withheld."""
        divided_muscles(content["architecture"])
        return {
            "labels": {int(channel): BY_IDENTIFIER[name] for channel, name in content["labels"].items()},
            "mirror_averaging": bool(content.get("mirror_averaging", False)),
            "withheld": {BY_IDENTIFIER[name]: str(reason) for name, reason in content.get("withheld", {}).items()},
        }

    def own_problem(self) -> str | None:
        """Channels that are not one structure each, in pairs, or a division of what is not outlined."""
        divided = divided_muscles(self.architecture)
        if sorted(self.labels) != list(range(1, self.classes)):
            return f"it names {len(self.labels)} structures for {self.classes - 1} output channels"
        if len(set(self.labels.values())) < len(self.labels):
            return "it names one structure twice"
        if {mirrored(structure) for structure in self.labels.values()} != set(self.labels.values()):
            return "it names a structure on one side without its counterpart on the other"
        if {f"{muscle}_right" for muscle in divided} - {structure.identifier for structure in self.labels.values()}:
            return f"it divides {', '.join(divided)}, which it does not outline"
        return None


def read_card(path: Path | str) -> Card:
    """Read the card of a network that outlines, and check that this program understands it.

    Raises:
        WeightsError: absent, unreadable, incomplete, or made for other anatomy or another input scaling.
    """
    return read_card_file(path, Card)


def divided_muscles(architecture: Mapping[str, Any]) -> tuple[str, ...]:
    """Abbreviations of the muscles that a network of this architecture divides; none in those made before any could.

    Raises:
        ValueError: a muscle that this version cannot divide.
    """
    muscles = tuple(str(muscle) for muscle in architecture.get("divides", ()))
    if muscles not in ((), DIVIDABLE):
        raise ValueError(f"This version divides {', '.join(DIVIDABLE)}, not {', '.join(muscles)}.")
    return muscles
