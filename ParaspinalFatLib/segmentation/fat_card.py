"""The card of the network that predicts the fat fraction from a T1 or T2 image. Needs no torch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ParaspinalFatLib.segmentation.card_file import WeightsCard, read_card_file

QUANTITY = "fat_fraction"
"""What such a card says its network predicts."""


@dataclass(frozen=True)
class FatCard(WeightsCard):
    """A checked card of a fat network, which has one output, whose sigmoid is the fat fraction."""

    def own_problem(self) -> str | None:
        """Another quantity, or other outputs than one."""
        if self.content.get("quantity") != QUANTITY:
            return f"its network does not predict the {QUANTITY.replace('_', ' ')}"
        if self.classes != 1:
            return f"its network has {self.classes} outputs where one is needed"
        return None


def read_fat_card(path: Path | str) -> FatCard:
    """Read a fat network's card and check that this program understands it.

    Raises:
        WeightsError: absent, unreadable, incomplete, of another kind of network or made for another input scaling.
    """
    return read_card_file(path, FatCard)
