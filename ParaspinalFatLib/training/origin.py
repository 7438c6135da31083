"""What a run's weights come from, kept with its checkpoint: a run that is continued must be the same one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.errors import InputError

RANDOM = ""
"""As ``start``: the run began with random weights."""


@dataclass(frozen=True)
class Origin:
    """What must be the same for a checkpoint to be continued: otherwise the weights' card would say what is not so.

    Attributes:
        left_out: names that were left out.
        seed: of weights and samples.
        architecture: of the network.
        contents: :func:`content_digest` of each subject that samples are drawn from, by name: other people, or corrected
            outlines, may come under the same one.
        start: SHA-256 of the weights that the run began with, or :data:`RANDOM`.
    """

    left_out: Sequence[str]
    seed: int
    architecture: Mapping[str, object]
    contents: Mapping[str, str]
    start: str = RANDOM

    def as_json(self) -> str:
        """As a checkpoint keeps it."""
        return json.dumps(asdict(self))

    def require_same(self, kept: str | None, checkpoint: Path) -> None:
        """Compare with what a checkpoint says of itself.

        Args:
            kept: from :meth:`as_json`; None or with other facts in checkpoints of earlier versions.
            checkpoint: for the message.

        Raises:
            InputError: they differ, or the checkpoint does not say.
        """
        there = json.loads(kept) if kept is not None else {}
        if there.keys() != {fact.name for fact in fields(Origin)}:
            raise InputError(
                f"The checkpoint {checkpoint} does not say what it learned from: an earlier version of this program wrote "
                "it. Train into another output folder; its weights can be given there as the start."
            )
        differences = _differences(Origin(**there), self)
        if differences:
            raise InputError(
                f"The checkpoint {checkpoint} is of another run: {'; '.join(differences)}. Continue it with what it began "
                "with, or train into another output folder."
            )


def content_digest(pixel_mm: Sequence[float], *arrays: npt.NDArray[np.generic] | None) -> str:
    """SHA-256 of what samples of a subject are made from.

    Args:
        pixel_mm: size of its pixels.
        arrays: images and labels; None for those that it has not.

    >>> import numpy as np
    >>> content_digest((1.0, 1.0), np.zeros(3)) == content_digest((1.0, 2.0), np.zeros(3))
    False
    """
    digest = hashlib.sha256(str([round(float(edge), 6) for edge in pixel_mm]).encode())
    for array in arrays:
        digest.update(b"none" if array is None else f"{array.dtype.str} {array.shape}".encode())
        digest.update(b"" if array is None else np.ascontiguousarray(array).data)
    return digest.hexdigest()


def _differences(there: Origin, here: Origin) -> list[str]:
    """What is different in words, from the checkpoint's point of view.

    >>> there = Origin([], 1, {}, {"anna": "12", "ben": "34"})
    >>> _differences(there, Origin(["ben"], 1, {}, {"anna": "56"}))
    ['it also learned from ben', 'it did not leave out ben', 'it learned from other images or labels of anna']
    """
    changed = {name for name in there.contents.keys() & here.contents.keys() if there.contents[name] != here.contents[name]}
    sentences = [
        ("it also learned from", there.contents.keys() - here.contents.keys()),
        ("it did not learn from", here.contents.keys() - there.contents.keys()),
        ("it left out", set(there.left_out) - set(here.left_out)),
        ("it did not leave out", set(here.left_out) - set(there.left_out)),
        ("it learned from other images or labels of", changed),
    ]
    found = [f"{words} {', '.join(sorted(names))}" for words, names in sentences if names]
    if there.seed != here.seed:
        found.append(f"its seed was {there.seed}, not {here.seed}")
    if not _can_go_on(there.architecture, here.architecture):
        found.append("it holds another network")
    if there.start != here.start:
        found.append(f"it began with {'other' if there.start else 'random'} weights")
    return found


def _can_go_on(there: Mapping[str, object], here: Mapping[str, object]) -> bool:
    """Whether networks are the same, or only an output that divides a muscle is new."""
    new = {"divides": here["divides"]} if "divides" in here and "divides" not in there else {}
    return json.dumps({**there, **new}, sort_keys=True) == json.dumps(dict(here), sort_keys=True)
