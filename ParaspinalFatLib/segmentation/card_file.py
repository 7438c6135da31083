"""What every weights card has in common: a JSON file beside its weights. Needs no torch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from ParaspinalFatLib.errors import WeightsError
from ParaspinalFatLib.files import sha256_of
from ParaspinalFatLib.segmentation import intensity

REINSTALL = "Install ParaspinalFat again, or choose other weights."


@dataclass(frozen=True)
class WeightsCard:
    """A checked card, whatever its network predicts; each kind of network adds its own fields and its own check.

    Attributes:
        path: the card's own file (.json); the weights lie beside it under the same name (.safetensors).
        name, version: of the weights.
        sha256: digest of the weights file in hexadecimal.
        architecture: what ``unet.build_unet`` builds; holds ``classes``, the number of outputs, and ``stride``.
        pixel_mm: in-plane pixel size of the network's input in mm.
        scaling: of the grey values that the network was trained on, as ``intensity.PARAMETERS``.
        content: everything on the card as read, for display and provenance.
    """

    path: Path
    name: str
    version: str
    sha256: str
    architecture: Mapping[str, Any]
    pixel_mm: float
    scaling: Mapping[str, Any]
    content: Mapping[str, Any]

    @property
    def weights_path(self) -> Path:
        """The weights file this card describes."""
        return self.path.with_suffix(".safetensors")

    @property
    def classes(self) -> int:
        """Number of the network's outputs; of one that outlines, background included."""
        return self.architecture["classes"]

    @property
    def stride(self) -> int:
        """Height and width of a network input are multiples of this."""
        return self.architecture["stride"]

    @classmethod
    def own_fields(cls, content: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG003
        """The fields that this kind of card adds, from the content; raises as :meth:`from_content` does."""
        return {}

    def own_problem(self) -> str | None:
        """Why this kind of card does not fit the program, as the end of a sentence; None if it does."""
        return None

    @classmethod
    def from_content(cls: type[AnyCard], path: Path, content: Mapping[str, Any]) -> AnyCard:
        """The card with this content, not yet checked against the program.

        Raises:
            KeyError, TypeError, ValueError, AttributeError: the content is incomplete or malformed.
        """
        architecture = dict(content["architecture"])
        architecture |= {key: int(architecture[key]) for key in ("classes", "stride")}
        return cls(
            path=path,
            name=str(content["name"]),
            version=str(content["version"]),
            sha256=str(content["sha256"]).lower(),
            architecture=architecture,
            pixel_mm=float(content["pixel_mm"]),
            scaling=dict(content["intensity"]),
            content=content,
            **cls.own_fields(content),
        )

    def problem(self) -> str | None:
        """Why this card does not fit the program, as the end of a sentence; None if it does."""
        if (own := self.own_problem()) is not None:
            return own
        if not 0.1 <= self.pixel_mm <= 10.0 or self.stride < 1:
            return f"pixels of {self.pixel_mm} mm with a stride of {self.stride} cannot be meant"
        if self.scaling != intensity.PARAMETERS:
            return "its weights were trained with another input scaling than this program's"
        return None


AnyCard = TypeVar("AnyCard", bound=WeightsCard)


def read_card_file(path: Path | str, kind: type[AnyCard]) -> AnyCard:
    """Read a card and check that this program understands it.

    Args:
        path: of the card.
        kind: of card.

    Raises:
        WeightsError: absent, unreadable, incomplete, malformed, or made for something else than this program.
    """
    path = Path(path)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WeightsError(f"The weights card {path} cannot be read: {error.strerror}. {REINSTALL}") from error
    except ValueError as error:
        raise WeightsError(f"The weights card {path} is not valid JSON ({error}). {REINSTALL}") from error
    try:
        card = kind.from_content(path, content)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise WeightsError(f"The weights card {path} is incomplete or malformed at {error}. {REINSTALL}") from error
    if (problem := card.problem()) is not None:
        raise WeightsError(f"The weights card {path} does not fit this program: {problem}. {REINSTALL}")
    return card


def require_unaltered(card: WeightsCard) -> None:
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
