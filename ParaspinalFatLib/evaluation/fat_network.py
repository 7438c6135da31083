"""The network that predicts the fat fraction, as evaluation uses it: once for each image, and with whom it learned from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ParaspinalFatLib.errors import MeasurementError
from ParaspinalFatLib.evaluation.methods import known_of
from ParaspinalFatLib.fat.learned import LEARNED
from ParaspinalFatLib.fat.methods import METHODS
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.progress import Progress, no_progress
from ParaspinalFatLib.resources import FAT_CARD, weights_card_path
from ParaspinalFatLib.segmentation.fat_card import read_fat_card
from ParaspinalFatLib.segmentation.fat_process import WorkerFatPredictor

LEARNED_BINARY = "learned-binary"
"""The fat method whose map is 1 where the network's fraction is above one half, as JOR Spine 2024 marks fat, else 0."""

FAT_METHODS = ("otsu", "seed004", "gmm3", LEARNED, LEARNED_BINARY)
"""What is compared with Dixon if nobody says otherwise."""

_FORMS: dict[str, tuple[str, Mapping[str, object]]] = {LEARNED_BINARY: (LEARNED, {"binary": True})}


def method_and_options(name: str) -> tuple[str, Mapping[str, object]]:
    """The registered fat method and the options that a name of evaluation stands for.

    Raises:
        MeasurementError: no fat method of T1 and T2 images has that name.

    >>> method_and_options("learned-binary")
    ('learned', {'binary': True})
    """
    conventional = [
        one.name for one in METHODS.values() if frozenset({Role.ANATOMY}) in one.needs and one.name != "size_only"
    ]
    if name not in (*conventional, *_FORMS):
        raise MeasurementError(
            f"No fat method {name!r} can be compared with Dixon images. Give some of: {', '.join((*conventional, *_FORMS))}."
        )
    return _FORMS.get(name, (name, {}))


def needs_network(name: str) -> bool:
    """Whether a fat method needs the network, and so PyTorch."""
    return method_and_options(name)[0] == LEARNED


class FatNetwork:
    """A ``case.FatPredictor`` that looks at an image once, however many methods need its prediction."""

    def __init__(self, weights: Path | None = None, device: str = "auto", threads: int = 0) -> None:
        """
        Args:
            weights: card; None for the bundled one.
            device, threads: as of :class:`segmentation.fat_process.WorkerFatPredictor`.

        Raises:
            WeightsError: the card is absent or is none of a fat network.
        """
        card = read_fat_card(weights_card_path(weights, FAT_CARD))
        self._training = card.content.get("training", {})
        self._predict = WorkerFatPredictor(card.path, device, threads)
        self._last: tuple[Image, tuple[Image, dict[str, object]]] | None = None
        self.about = {"weights": card.name, "version": card.version, "sha256": card.sha256}

    def __call__(self, image: Image, progress: Progress = no_progress) -> tuple[Image, dict[str, object]]:
        """Fraction on the grid of ``image``, and the record of the run; arguments and errors as of the predictor."""
        if self._last is None or self._last[0] is not image:
            self._last = image, self._predict(image, progress)
        return self._last[1]

    def remarks(self, case: str) -> tuple[str, ...]:
        """What the reader should know of its figures on a case."""
        return known_of(case, self._training)
