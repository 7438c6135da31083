"""The conditions under which all cases of a cohort are measured: program, settings and weights."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from ParaspinalFatLib import __version__
from ParaspinalFatLib.case import MeasurementSettings
from ParaspinalFatLib.cohort.case_folder import WORKPLACE
from ParaspinalFatLib.errors import OutputError
from ParaspinalFatLib.files import written_whole
from ParaspinalFatLib.provenance import as_json, plain
from ParaspinalFatLib.resources import resource, weights_card_path
from ParaspinalFatLib.segmentation.card import read_card

FILE = "batch.json"
"""Holds the conditions of a cohort's folder."""

OF_THE_CASE = ("levels", "person")
"""Settings that each case has of its own; they are no condition of the cohort."""


def conditions_of(
    settings: MeasurementSettings, weights: Path | str | None = None, *, name_levels: bool = False
) -> dict[str, Any]:
    """Everything but the inputs that a number of the tables depends on, as JSON can hold it.

    Args:
        settings: of the whole cohort; levels and person are left out.
        weights: card of the network; None for the bundled one.
        name_levels: whether levels are named from the images where that is sure.

    Raises:
        WeightsError: there is no such card, or it is damaged.
    """
    card = read_card(weights_card_path(weights))
    chosen = {field.name: getattr(settings, field.name) for field in fields(settings) if field.name not in OF_THE_CASE}
    return {
        "program_version": __version__,
        "weights": f"{card.name} {card.version}",
        "weights_sha256": card.sha256,
        "bundled_networks": {path.stem: read_card_digest(path) for path in sorted(resource("Weights").glob("*.json"))},
        "name_levels": name_levels,
        **{name: _plain(value) for name, value in chosen.items()},
    }


def read_card_digest(path: Path) -> str:
    """SHA-256 of the weights that a card of any of the program's networks describes, as the card says it."""
    return str(json.loads(path.read_text(encoding="utf-8")).get("sha256", ""))


def recorded_conditions(output: Path) -> dict[str, Any] | None:
    """The conditions under which a cohort's folder was filled; None for a new one."""
    try:
        return dict(json.loads((output / FILE).read_text(encoding="utf-8"))["conditions"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise OutputError(f"{output / FILE} cannot be read ({error}). Give another folder for the cohort.") from error


def require_same_conditions(output: Path, conditions: Mapping[str, Any], *, overwrite: bool) -> None:
    """Raise OutputError if a folder holds files that no batch wrote, or was filled under other conditions (says which)."""
    before = recorded_conditions(output)
    if before is None:
        _require_empty(output)
    if before is None or overwrite:
        return
    differing = [
        f"{name.replace('_', ' ')} {before.get(name)} there, {conditions.get(name)} now"
        for name in sorted({*before, *conditions})
        if before.get(name) != conditions.get(name)
    ]
    if differing:
        raise OutputError(
            f"{output} was filled under other conditions ({'; '.join(differing)}). Use the same, give another folder, or "
            "add --overwrite to measure its cases again."
        )


def _require_empty(output: Path) -> None:
    """Raise OutputError if a new cohort's folder holds anything, such as the images themselves or their manifest."""
    if output.is_dir() and any(not path.name.startswith((WORKPLACE, ".part-")) for path in output.iterdir()):
        raise OutputError(f"{output} already holds files that no batch has written. Give a folder that is new or empty.")


def record_conditions(output: Path, conditions: Mapping[str, Any]) -> None:
    """Write the conditions into a cohort's folder."""
    content = {"notice": "Research use only. Not a medical device.", "conditions": dict(conditions)}
    with written_whole(output / FILE) as beside:
        beside.write_text(as_json(content), encoding="utf-8")


def _plain(value: object) -> Any:
    """A setting as JSON gives it back, so that a recorded one can be compared; a dataclass becomes its fields."""
    if hasattr(value, "__dataclass_fields__"):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}  # type: ignore[arg-type]
    return json.loads(json.dumps(plain(value)))
