"""The card of the network that predicts the fat fraction from a T1 or T2 image. Needs no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ParaspinalFatLib.errors import WeightsError
from ParaspinalFatLib.segmentation import intensity
from ParaspinalFatLib.segmentation.card_file import REINSTALL, read_card_file

QUANTITY = "fat_fraction"
"""What such a card says its network predicts."""


@dataclass(frozen=True)
class FatCard:
    """A checked card of a fat network.

    Attributes:
        path: the card's own file (.json); the weights lie beside it under the same name (.safetensors).
        name, version: of the weights.
        sha256: digest of the weights file in hexadecimal.
        architecture: what ``unet.build_unet`` builds; one output, whose sigmoid is the fat fraction.
        pixel_mm: in-plane pixel size of the network's input in mm.
        content: everything on the card as read.
    """

    path: Path
    name: str
    version: str
    sha256: str
    architecture: Mapping[str, Any]
    pixel_mm: float
    content: Mapping[str, Any]

    @property
    def weights_path(self) -> Path:
        """The weights file this card describes."""
        return self.path.with_suffix(".safetensors")

    @property
    def stride(self) -> int:
        """Height and width of a network input are multiples of this."""
        return int(self.architecture["stride"])


def read_fat_card(path: Path | str) -> FatCard:
    """Read a fat network's card and check that this program understands it.

    Raises:
        WeightsError: absent, unreadable, incomplete, of another kind of network or made for another input scaling.
    """
    card = read_card_file(Path(path), _card_of)
    problem = None
    if card.content.get("quantity") != QUANTITY:
        problem = f"its network does not predict the {QUANTITY.replace('_', ' ')}"
    elif card.architecture.get("classes") != 1:
        problem = f"its network has {card.architecture.get('classes')} outputs where one is needed"
    elif not 0.1 <= card.pixel_mm <= 10.0 or card.stride < 1:
        problem = f"pixels of {card.pixel_mm} mm with a stride of {card.stride} cannot be meant"
    elif dict(card.content["intensity"]) != intensity.PARAMETERS:
        problem = "its weights were trained with another input scaling than this program's"
    if problem is not None:
        raise WeightsError(f"The weights card {card.path} does not fit this program: {problem}. {REINSTALL}")
    return card


def _card_of(path: Path, content: Mapping[str, Any]) -> FatCard:
    card = FatCard(
        path=path,
        name=str(content["name"]),
        version=str(content["version"]),
        sha256=str(content["sha256"]).lower(),
        architecture=dict(content["architecture"]),
        pixel_mm=float(content["pixel_mm"]),
        content=content,
    )
    int(card.architecture["stride"])
    dict(content["intensity"])
    return card
