"""What a set of weights withholds, in words for the reader of a case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.measurement.observation import Observation

WITHHELD = "withheld"
"""Code of the observation, and its key in the network's report."""


def withheld_observations(report: Mapping[str, Any] | None) -> tuple[Observation, ...]:
    """What the reader should know about structures that the network learned but does not outline.

    Args:
        report: facts about a run, as ``predict`` records them; None if none are known.

    >>> [one.structures for one in withheld_observations({"withheld": {"IC_right": {"reason": "", "voxels": 3}}})]
    [('IC_right',)]
    """
    identifiers = tuple(name for name in (report or {}).get(WITHHELD, {}) if name in BY_IDENTIFIER)
    if not identifiers:
        return ()
    names = ", ".join(BY_IDENTIFIER[identifier].name for identifier in identifiers)
    sentence = (
        f"Not outlined by these weights: {names}; where they were tested their outlines were too poor to be "
        "measured. Outline them by hand to measure them."
    )
    return (Observation(WITHHELD, sentence, identifiers),)
