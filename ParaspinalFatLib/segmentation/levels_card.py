"""The card of the network that finds discs and bodies in a midline plane. Needs no torch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ParaspinalFatLib.measurement.spine_classes import PLANE_PIXEL_MM, SpineClass
from ParaspinalFatLib.segmentation.card_file import WeightsCard, read_card_file

QUANTITY = "spine_levels"
"""What such a card says its network finds."""

CLASSES = [one.name.lower() for one in SpineClass]


@dataclass(frozen=True)
class LevelsCard(WeightsCard):
    """A checked card of a level network, which has one output for each :class:`SpineClass`."""

    def own_problem(self) -> str | None:
        """Another quantity, other outputs, or pixels of another size than the planes have."""
        if self.content.get("quantity") != QUANTITY:
            return f"its network does not find {QUANTITY.replace('_', ' ')}"
        if self.content.get("classes") != CLASSES or self.classes != len(CLASSES):
            return "its network has other outputs than this program reads"
        if self.pixel_mm != PLANE_PIXEL_MM:
            return f"its network looks at pixels of {self.pixel_mm} mm, this program's are {PLANE_PIXEL_MM} mm"
        return None


def read_levels_card(path: Path | str) -> LevelsCard:
    """Read a level network's card and check that this program understands it.

    Raises:
        WeightsError: absent, unreadable, incomplete, of another kind of network or made for another input.
    """
    return read_card_file(path, LevelsCard)
