"""What every weights card has in common: a JSON file beside its weights. Needs no torch."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeVar

from ParaspinalFatLib.errors import WeightsError
from ParaspinalFatLib.files import sha256_of

REINSTALL = "Install ParaspinalFat again, or choose other weights."

AnyCard = TypeVar("AnyCard")


class DescribedWeights(Protocol):
    """Weights that a card describes, whatever they predict."""

    @property
    def weights_path(self) -> Path:
        """The weights file."""
        ...

    @property
    def sha256(self) -> str:
        """Its digest in hexadecimal."""
        ...

    @property
    def architecture(self) -> Mapping[str, Any]:
        """What ``unet.build_unet`` builds."""
        ...


def read_card_file(path: Path, card_of: Callable[[Path, Mapping[str, Any]], AnyCard]) -> AnyCard:
    """Read a card's JSON and make a card of it.

    Args:
        path: of the card.
        card_of: makes the card; KeyError, TypeError, ValueError and AttributeError mean that the content is malformed.

    Raises:
        WeightsError: absent, unreadable, incomplete or malformed.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WeightsError(f"The weights card {path} cannot be read: {error.strerror}. {REINSTALL}") from error
    except ValueError as error:
        raise WeightsError(f"The weights card {path} is not valid JSON ({error}). {REINSTALL}") from error
    try:
        return card_of(path, content)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise WeightsError(f"The weights card {path} is incomplete or malformed at {error}. {REINSTALL}") from error


def require_unaltered(card: DescribedWeights) -> None:
    """Check the weights file against its card's digest, before anything in it is parsed.

    Raises:
        WeightsError: the file is absent or its SHA-256 digest differs.
    """
    if not card.weights_path.is_file():
        raise WeightsError(f"The network's weights {card.weights_path} are absent. {REINSTALL}")
    found = sha256_of(card.weights_path)
    if found != card.sha256:
        raise WeightsError(
            f"The network's weights {card.weights_path} were altered or are incomplete: their SHA-256 digest is {found}, "
            f"the card says {card.sha256}. {REINSTALL}"
        )
