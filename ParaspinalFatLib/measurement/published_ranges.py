"""Published ranges of muscle volume and side difference, outside of which a value is worth a second look."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from ParaspinalFatLib.resources import resource


@dataclass(frozen=True)
class PublishedRanges:
    """The smallest and largest values of a published series.

    Attributes:
        study: citation in short form.
        cohort: the scans measured, in words.
        extent: names of the most caudal and the most cranial mid-disc level between which volumes were measured.
        volume_ml: abbreviation of a muscle on one side to its smallest and largest volume.
        side_difference_pct: abbreviation to the largest (larger - smaller) / larger x 100 of the two volumes.
    """

    study: str
    cohort: str
    extent: tuple[str, str]
    volume_ml: Mapping[str, tuple[float, float]]
    side_difference_pct: Mapping[str, float]


@lru_cache(maxsize=1)
def published_ranges() -> PublishedRanges:
    """The ranges that come with the program."""
    data = json.loads(resource("References", "Ranges", "volumes_zhang_2025.json").read_text(encoding="utf-8"))
    caudal, cranial = data["extent"]
    volumes = {muscle: (float(low), float(high)) for muscle, (low, high) in data["volume_ml"].items()}
    return PublishedRanges(data["study"], data["cohort"], (caudal, cranial), volumes, data["side_difference_pct"])
