"""The card of the network that finds discs and bodies in a midline plane. Needs no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ParaspinalFatLib.errors import WeightsError
from ParaspinalFatLib.measurement.spine_classes import PLANE_PIXEL_MM, SpineClass
from ParaspinalFatLib.segmentation import intensity
from ParaspinalFatLib.segmentation.card_file import REINSTALL, read_card_file

QUANTITY = "spine_levels"
"""What such a card says its network finds."""

CLASSES = [one.name.lower() for one in SpineClass]


@dataclass(frozen=True)
class LevelsCard:
    """A checked card of a level network.

    Attributes:
        path: the card's own file (.json); the weights lie beside it under the same name (.safetensors).
        name, version: of the weights.
        sha256: digest of the weights file in hexadecimal.
        architecture: what ``unet.build_unet`` builds; one output for each :class:`SpineClass`.
        content: everything on the card as read.
    """

    path: Path
    name: str
    version: str
    sha256: str
    architecture: Mapping[str, Any]
    content: Mapping[str, Any]

    @property
    def weights_path(self) -> Path:
        """The weights file this card describes."""
        return self.path.with_suffix(".safetensors")

    @property
    def stride(self) -> int:
        """Height and width of a network input are multiples of this."""
        return int(self.architecture["stride"])


def read_levels_card(path: Path | str) -> LevelsCard:
    """Read a level network's card and check that this program understands it.

    Raises:
        WeightsError: absent, unreadable, incomplete, of another kind of network or made for another input.
    """
    card = read_card_file(Path(path), _card_of)
    problem = None
    if card.content.get("quantity") != QUANTITY:
        problem = f"its network does not find {QUANTITY.replace('_', ' ')}"
    elif card.content.get("classes") != CLASSES or card.architecture.get("classes") != len(CLASSES):
        problem = "its network has other outputs than this program reads"
    elif card.content.get("pixel_mm") != PLANE_PIXEL_MM or card.stride < 1:
        problem = f"its network looks at pixels of {card.content.get('pixel_mm')} mm, this program's are {PLANE_PIXEL_MM} mm"
    elif dict(card.content["intensity"]) != intensity.PARAMETERS:
        problem = "its weights were trained with another input scaling than this program's"
    if problem is not None:
        raise WeightsError(f"The weights card {card.path} does not fit this program: {problem}. {REINSTALL}")
    return card


def _card_of(path: Path, content: Mapping[str, Any]) -> LevelsCard:
    card = LevelsCard(
        path=path,
        name=str(content["name"]),
        version=str(content["version"]),
        sha256=str(content["sha256"]).lower(),
        architecture=dict(content["architecture"]),
        content=content,
    )
    int(card.architecture["stride"])
    dict(content["intensity"])
    return card
