"""What a card repeats from the cards of runs before: those that its weights began with, and that its figures come from."""

from __future__ import annotations

import json
from collections.abc import Collection as Names
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.files import sha256_of

DEVELOPMENT = "development run, not these weights"
"""What a card says about figures: weights trained on every subject have none of their own."""

UNKNOWN_START = "unknown: no card of these weights lay beside them"
"""What a card says that weights without a card had learned from."""

START_NOT_KNOWN = (
    "Training began with weights that had no card of theirs beside them: what they had learned from is unknown, and nobody "
    "can be called unseen by these weights."
)
"""The same as a limitation."""

DEVELOPMENT_FACTS = ("left_out", "subjects", "iterations", "minutes", "seed")


def begun_with(start: Path | None) -> dict[str, object]:
    """What the card says about the weights that a run began with: their digest, and the runs before it.

    Args:
        start: file of the weights; None if they were random.

    Returns:
        The entry ``begun_with``, or nothing for random weights. Where no card of these very weights lies beside them, its
        ``learned_from`` says so.

    Raises:
        OSError: the weights cannot be read.
    """
    if start is None:
        return {}
    digest = sha256_of(start)
    facts = _training_of(start.with_suffix(".json"), digest)
    keys = ("left_out", "subjects", "cases", "seed", "iterations", "minutes", "begun_with")
    told = {key: facts[key] for key in keys if key in facts} if "subjects" in facts else {"learned_from": UNKNOWN_START}
    return {"begun_with": {"sha256": digest, **told}}


def limits_of_start(training: Mapping[str, Any]) -> list[str]:
    """The limitation of a run if it, or one before it, began with weights of which nobody knows what they learned from.

    Args:
        training: entry of a card, or :func:`begun_with`.

    >>> limits_of_start({"begun_with": {"subjects": ["anna"]}})
    []
    >>> len(limits_of_start({"begun_with": {"subjects": ["anna"], "begun_with": {"learned_from": UNKNOWN_START}}}))
    1
    """
    before = training.get("begun_with")
    if before is None:
        return [START_NOT_KNOWN] if training.get("learned_from") == UNKNOWN_START else []
    return limits_of_start(before)


def _training_of(card: Path, digest: str) -> dict[str, Any]:
    """The training that a card tells of; empty where there is none, or it is not the card of weights with that digest."""
    try:
        content = json.loads(card.read_text(encoding="utf-8"))
        return dict(content["training"]) if content["sha256"] == digest else {}
    except (OSError, ValueError, KeyError, TypeError):  # none, or somebody else's file
        return {}


def development_run(card: Path | None) -> tuple[dict[str, object], list[dict[str, object]]]:
    """What a new card says about the run that its figures come from, and those figures.

    Args:
        card: of that run; None if there is none.

    Raises:
        InputError: it cannot be read, or is no card of a training.
    """
    if card is None:
        return {}, []
    content = read_facts(card, "development card", ("sha256", "training", "metrics"))
    try:
        facts = {"sha256": content["sha256"]} | {key: content["training"][key] for key in DEVELOPMENT_FACTS}
        figures = [entry | {"weights": DEVELOPMENT} for entry in content["metrics"]]
    except (KeyError, TypeError) as error:
        raise InputError(f"The development card {card} does not tell about a training. Give the card of one.") from error
    return {"development_run": facts}, figures


def read_figures(path: Path) -> list[dict[str, object]]:
    """A JSON file with a list of figures, a mapping each.

    Raises:
        InputError: it cannot be read, or is something else.
    """
    figures = _read_json(path, "figures")
    if not isinstance(figures, list) or not all(isinstance(entry, dict) for entry in figures):
        raise InputError(f"The figures {path} are no list of mappings. Give the file that the evaluation wrote, or none.")
    return figures


def read_facts(path: Path, what: str, keys: Names[str]) -> dict[str, Any]:
    """The content of a JSON file that a card repeats.

    Args:
        path: the file.
        what: it is, for the messages.
        keys: that it must have.

    Raises:
        InputError: it cannot be read, or lacks one.
    """
    content = _read_json(path, what)
    missing = sorted(set(keys) - content.keys()) if isinstance(content, dict) else sorted(keys)
    if missing:
        raise InputError(f"The {what} {path} has no {', '.join(missing)}. Give the file that such a run wrote, or none.")
    return content


def _read_json(path: Path, what: str) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"The {what} {path} cannot be read ({error}). Give a JSON file, or none.") from error
