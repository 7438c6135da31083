"""What a run's weights come from, kept with its checkpoint: a run that is continued must be the same one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ParaspinalFatLib.errors import InputError

RANDOM = ""
"""As ``start``: the run began with random weights."""


@dataclass(frozen=True)
class Origin:
    """What must be the same for a checkpoint to be continued: otherwise the weights' card would say what is not so.

    Attributes:
        subjects: names that samples are drawn from.
        left_out: names that were left out.
        seed: of weights and samples.
        architecture: of the network.
        start: SHA-256 of the weights that the run began with, or :data:`RANDOM`.
    """

    subjects: Sequence[str]
    left_out: Sequence[str]
    seed: int
    architecture: Mapping[str, object]
    start: str = RANDOM

    def as_json(self) -> str:
        """As a checkpoint keeps it."""
        return json.dumps(asdict(self))

    def require_same(self, kept: str | None, checkpoint: Path) -> None:
        """Compare with what a checkpoint says of itself.

        Args:
            kept: from :meth:`as_json`; None in checkpoints made before this was kept.
            checkpoint: for the message.

        Raises:
            InputError: they differ, or the checkpoint does not say.
        """
        if kept is None:
            raise InputError(
                f"The checkpoint {checkpoint} does not say who it learned from: an earlier version of this program wrote "
                "it. Train into another output folder; its weights can be given there as the start."
            )
        differences = _differences(Origin(**json.loads(kept)), self)
        if differences:
            raise InputError(
                f"The checkpoint {checkpoint} is of another run: {'; '.join(differences)}. Continue it with what it began "
                "with, or train into another output folder."
            )


def _differences(there: Origin, here: Origin) -> list[str]:
    """What is different in words, from the checkpoint's point of view.

    >>> there, here = Origin(["anna", "ben"], [], 1, {}), Origin(["anna"], ["ben"], 1, {})
    >>> _differences(there, here)
    ['it also learned from ben', 'it did not leave out ben']
    """
    sentences = [
        ("it also learned from", set(there.subjects) - set(here.subjects)),
        ("it did not learn from", set(here.subjects) - set(there.subjects)),
        ("it left out", set(there.left_out) - set(here.left_out)),
        ("it did not leave out", set(here.left_out) - set(there.left_out)),
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
