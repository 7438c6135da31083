"""Observation: something about a case that its reader should know, in neutral words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Observation:
    """A quality flag: what was seen, not what it means for the patient.

    Attributes:
        code: short stable name, as the ``flags`` column shows it (``touches_edge``).
        sentence: what was seen, where, in words for the reader.
        structures: identifiers of :mod:`ParaspinalFatLib.anatomy` it concerns (``MF_right``); empty: the whole case.
    """

    code: str
    sentence: str
    structures: tuple[str, ...] = ()
