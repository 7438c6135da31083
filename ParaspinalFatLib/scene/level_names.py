"""Names of a case's levels in the scene: they lie on the segmentation they were found for, and are saved with it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, replace
from typing import Any

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.level_naming import LevelNames
from ParaspinalFatLib.measurement.level_names import (
    LevelKind,
    discs_upwards,
    is_lumbar_or_thoracic,
    names_below,
    read_level_name,
)
from ParaspinalFatLib.measurement.levels import Level
from ParaspinalFatLib.measurement.observation import Observation
from ParaspinalFatLib.measurement.table import plain_text
from ParaspinalFatLib.scene.model_mask import told_with
from ParaspinalFatLib.scene.review import rename_verdicts

NAMES_ATTRIBUTE = "ParaspinalFat.LevelNames"
"""Node attribute of a segmentation: the named places, who named them and what is to be said about it, as JSON."""

BY_READER = "reader"


def level_names_of(segmentation: Any) -> LevelNames:
    """What the levels of a segmentation are called; no names if nobody has said any, or another version has."""
    text = None if segmentation is None else segmentation.GetAttribute(NAMES_ATTRIBUTE)
    try:
        content = json.loads(text or "{}")
        places = tuple(
            Level(one["name"], tuple(one["position"]), LevelKind(one["kind"]), one["source"])
            for one in content.get("places", ())
        )
        told = tuple(Observation(one["code"], one["sentence"]) for one in content.get("told", ()))
        return LevelNames(places, bool(content.get("measured")), told, content.get("by") == BY_READER)
    except (ValueError, TypeError, KeyError, AttributeError, InputError):
        return LevelNames()


def keep_level_names(segmentation: Any, names: LevelNames, undo: ExitStack | None = None) -> None:
    """Keep names with a segmentation, instead of those it had.

    Args:
        segmentation: vtkMRMLSegmentationNode.
        names: of its levels.
        undo: puts those back that it had.
    """
    before = segmentation.GetAttribute(NAMES_ATTRIBUTE)
    content = {
        "places": [{**asdict(place), "kind": place.kind.value} for place in names.places],
        "measured": names.measured,
        "told": [{"code": one.code, "sentence": one.sentence} for one in names.told],
        "by": BY_READER if names.by_reader else "network",
    }
    segmentation.SetAttribute(NAMES_ATTRIBUTE, None if names == LevelNames() else json.dumps(content))
    if undo is not None:
        undo.callback(segmentation.SetAttribute, NAMES_ATTRIBUTE, before)


def names_by_reader(segmentation: Any) -> LevelNames:
    """The names that a reader gave to the levels of a segmentation; no names if nobody did, or they were taken back."""
    names = level_names_of(segmentation)
    return names if names.by_reader and names.places else LevelNames()


def names_after_run(segmentation: Any, found: LevelNames) -> LevelNames:
    """What the levels of a segmentation are called after a run: as a reader has said, else as the run has found.

    Args:
        segmentation: vtkMRMLSegmentationNode that the run updates; None for a new one.
        found: names that the run has found, if it looked.
    """
    given = names_by_reader(segmentation)
    return given if given.places else found


def told_about(segmentation: Any) -> tuple[Observation, ...]:
    """What the networks said about a segmentation: its outlines, and the names of its levels."""
    return (*told_with(segmentation), *level_names_of(segmentation).told)


def name_level(segmentation: Any, levels: Sequence[Level], number: int, text: str) -> None:
    """Keep the names that a reader gives with a segmentation; verdicts go with their levels.

    Arguments and errors as of :func:`renamed`.
    """
    names = renamed(level_names_of(segmentation), levels, number, text)
    called = {place.position: place.name for place in names.places}
    numbered = (f"disc {n} (most caudal)" if n == 1 else f"disc {n}" for n in range(1, len(levels) + 1))
    after = [called.get(level.position, other) for level, other in zip(levels, numbered, strict=True)]
    rename_verdicts(segmentation, dict(zip((level.name for level in levels), after, strict=True)))
    keep_level_names(segmentation, names)


def renamed(names: LevelNames, levels: Sequence[Level], number: int, text: str) -> LevelNames:
    """The names that a reader gives by naming one disc: the others are counted from it.

    Args:
        names: what they were called.
        levels: the measured discs from caudal to cranial, as the measurement has them.
        number: which of them is named.
        text: its name; empty to number the levels again.

    Raises:
        InputError: the text is no name of a lumbar or thoracic disc, or these are no discs.

    >>> discs = [Level(f"disc {n}", (0.0, 0.0, 30.0 * n)) for n in (1, 2, 3)]
    >>> [place.name for place in renamed(LevelNames(), discs, 1, "l4-5").places]
    ['L5/S1', 'L4/5', 'L3/4']
    """
    if any(level.kind is not LevelKind.DISC for level in levels):
        raise InputError("Only discs can be named here. Name other levels in the point list that marks them.")
    if not text.strip():
        return LevelNames(by_reader=True)
    if not is_lumbar_or_thoracic(text, LevelKind.DISC):
        raise InputError(
            f"{plain_text(text)} is not the name of a disc. Give one such as L4/5, or nothing to number the levels."
        )
    name = read_level_name(text)[0]
    above = list(zip(levels[number:], discs_upwards(name), strict=False))
    below = list(zip(reversed(levels[:number]), names_below(name), strict=False))
    places = tuple(replace(level, name=called) for level, called in (*reversed(below), *above))
    return LevelNames(places, names.measured, by_reader=True)
