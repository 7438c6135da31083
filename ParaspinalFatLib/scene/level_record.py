"""What the levels of a case are called, in the provenance.json of its folder: written by a run, a batch and an export, and
read when the case is opened again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ParaspinalFatLib.correction.training_pair import PROVENANCE
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.level_naming import NAMED, NOT_NAMED, LevelNames
from ParaspinalFatLib.measurement.level_names import LevelKind, read_level_name
from ParaspinalFatLib.measurement.levels import Level
from ParaspinalFatLib.measurement.observation import Observation

OUTLINED = ("disc label", "vertebra label")
"""Where a level comes from that was found in the outlines."""

SAID = ("markup", "file")
"""Where one comes from that somebody has placed and named."""


def recorded_levels(levels: Sequence[Level]) -> list[dict[str, object]]:
    """The entry ``levels`` of provenance.json: name, kind, place (RAS mm) and origin of each measured level."""
    return [
        {"name": one.name, "kind": one.kind.value, "position_ras_mm": one.position, "source": one.source} for one in levels
    ]


def recorded_naming(observations: Sequence[Observation]) -> list[dict[str, object]]:
    """What of the entry ``observations`` is about the names; no other observation, since one may tell what a segment is
    called."""
    return [asdict(one) for one in observations if one.code in (NAMED, NOT_NAMED)]


def names_in(folder: Path) -> LevelNames:
    """The names of a case's levels as its folder of results has them.

    Outlined discs have the names again that they had; other levels (vertebrae, endplates, points, places in the images) are
    measured where they were, if any has a name, the numbered ones among them too. Names that did not come from the network
    count as a reader's.

    Args:
        folder: of a run, a batch or an export.

    Returns:
        No names where the folder tells none; where its file is damaged, that is told.
    """
    path = folder / PROVENANCE
    if not path.is_file():
        return LevelNames()
    try:
        return _names(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError, AttributeError, InputError):
        sentence = f"Levels are numbered, because {folder.name}/{PROVENANCE} cannot be read. Measure the case again."
        return LevelNames(told=(Observation(NOT_NAMED, sentence),))


def _names(content: Mapping[str, Any]) -> LevelNames:
    noted = content.get("observations") or ()
    told = tuple(Observation(one["code"], one["sentence"]) for one in noted if one["code"] in (NAMED, NOT_NAMED))
    levels = tuple(_level(one) for one in content.get("levels") or ())
    places = tuple(level for level in levels if level.source not in OUTLINED or read_level_name(level.name)[1] is not None)
    if not places:
        return LevelNames(told=told)
    discs = all(level.source == OUTLINED[0] for level in places)
    by_network = any(one.code == NAMED for one in told) and not any(level.source in SAID for level in places)
    return LevelNames(places if discs else levels, measured=not discs, told=told, by_reader=not by_network)


def _level(one: Mapping[str, Any]) -> Level:
    kind = one.get("kind") or read_level_name(one["name"])[1] or LevelKind.DISC
    right, anterior, superior = one["position_ras_mm"]
    return Level(one["name"], (right, anterior, superior), LevelKind(kind), one["source"])
