"""Measurement: what was measured on one case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.measurement.levels import Level
from ParaspinalFatLib.measurement.observation import Observation
from ParaspinalFatLib.measurement.table import Table


@dataclass(frozen=True)
class Measurement:
    """The table, the fat map behind it, the levels used, and what the reader should know about them."""

    table: Table
    fat_map: FatMap
    levels: Sequence[Level] = ()
    observations: Sequence[Observation] = ()

    @property
    def remarks(self) -> tuple[str, ...]:
        """The observations as sentences."""
        return tuple(observation.sentence for observation in self.observations)
