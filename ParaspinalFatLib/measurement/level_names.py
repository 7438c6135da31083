"""Names of levels: one spelling for each, what they mark, and the next name up the spine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum


class LevelKind(str, Enum):
    """What a level marks."""

    DISC = "disc"
    """The middle of an intervertebral disc."""
    VERTEBRA = "vertebra"
    """The mid-height of a vertebral body."""
    ENDPLATE = "endplate"


_VERTEBRA = r"(?:TH|T|L|S)\d{1,2}"
_DISC = re.compile(rf"({_VERTEBRA})\s*[-/–_ ]?\s*({_VERTEBRA}|\d{{1,2}})", re.IGNORECASE)
_SINGLE = re.compile(rf"({_VERTEBRA})", re.IGNORECASE)
_ENDPLATE = re.compile(rf"({_VERTEBRA})\s+(superior|upper|cranial|inferior|lower|caudal)(?:\s+end\s?plate)?", re.IGNORECASE)
_SUPERIOR = ("superior", "upper", "cranial")


def read_level_name(text: str) -> tuple[str, LevelKind | None]:
    """The common spelling of a level's name, and what it marks; None where the name does not say.

    >>> read_level_name("l4-l5"), read_level_name("L5 S1"), read_level_name("Th12/L1")
    (('L4/5', <LevelKind.DISC: 'disc'>), ('L5/S1', <LevelKind.DISC: 'disc'>), ('T12/L1', <LevelKind.DISC: 'disc'>))
    >>> read_level_name("L3"), read_level_name("L4 upper endplate"), read_level_name("F-1")
    (('L3', <LevelKind.VERTEBRA: 'vertebra'>), ('L4 superior endplate', <LevelKind.ENDPLATE: 'endplate'>), ('F-1', None))
    """
    name = " ".join(text.split())
    if found := _ENDPLATE.fullmatch(name):
        side = "superior" if found[2].lower() in _SUPERIOR else "inferior"
        return f"{_vertebra(found[1])} {side} endplate", LevelKind.ENDPLATE
    if found := _DISC.fullmatch(name):
        upper = _vertebra(found[1])
        lower = f"{upper[0]}{int(found[2])}" if found[2].isdigit() else _vertebra(found[2])
        return disc_name(upper, lower), LevelKind.DISC
    if found := _SINGLE.fullmatch(name):
        return _vertebra(found[1]), LevelKind.VERTEBRA
    return name, None


def disc_name(upper: str, lower: str) -> str:
    """The disc between two vertebrae, as the field writes it.

    >>> disc_name("L4", "L5"), disc_name("L6", "S1"), disc_name("T12", "L1")
    ('L4/5', 'L6/S1', 'T12/L1')
    """
    return f"{upper}/{lower[1:]}" if upper[0] == lower[0] else f"{upper}/{lower}"


def vertebrae_upwards(lowest: str) -> Iterator[str]:
    """Names of the vertebrae from ``lowest`` upwards to T1. The lumbar ones are counted from the name given, so L6 and four
    lumbar vertebrae need no further word.

    >>> names = vertebrae_upwards("L2"); [next(names) for _ in range(4)]
    ['L2', 'L1', 'T12', 'T11']
    """
    name = _vertebra(lowest)
    region, number = name[0], int(name[1:])
    if region == "L":
        yield from (f"L{n}" for n in range(number, 0, -1))
        number = 12
    yield from (f"T{n}" for n in range(number, 0, -1))


def discs_upwards(lowest: str) -> Iterator[str]:
    """Names of the discs from ``lowest`` ("L5/S1") upwards.

    >>> names = discs_upwards("L4/S1"); [next(names) for _ in range(5)]
    ['L4/S1', 'L3/4', 'L2/3', 'L1/2', 'T12/L1']
    """
    name, kind = read_level_name(lowest)
    if kind is not LevelKind.DISC:
        raise ValueError(f"{lowest} is not the name of a disc.")
    upper = name.split("/")[0]
    yield name
    below = upper
    vertebrae = vertebrae_upwards(upper)
    next(vertebrae)
    for vertebra in vertebrae:
        yield disc_name(vertebra, below)
        below = vertebra


def names_below(name: str) -> list[str]:
    """Names of the discs or vertebrae below one, downwards to the sacrum of a spine with five lumbar vertebrae; none below
    what such a spine does not have.

    >>> names_below("L3/4"), names_below("L4"), names_below("L5/6"), names_below("L5/S1")
    (['L4/5', 'L5/S1'], ['L5'], [], [])
    """
    _, kind = read_level_name(name)
    upwards = list(discs_upwards("L5/S1") if kind is LevelKind.DISC else vertebrae_upwards("L5"))
    return upwards[upwards.index(name) - 1 :: -1] if name in upwards[1:] else []


MOST_VERTEBRAE = {"L": 6, "T": 13}
"""Lumbar and thoracic vertebrae, each with the one more that some people have."""


def is_lumbar_or_thoracic(text: str, kind: LevelKind) -> bool:
    """Whether a text names a disc or vertebra from which names can be counted upwards: L6 or above, and a disc between
    neighbours or on top of the sacrum.

    >>> [is_lumbar_or_thoracic(name, LevelKind.DISC) for name in ("L5/S1", "l4-5", "L4/S1", "L5", "L2/5", "S1/2", "L9/S1")]
    [True, True, True, False, False, False, False]
    """
    name, named = read_level_name(text)
    if named is not kind or kind is LevelKind.ENDPLATE:
        return False
    upper, _, lower = name.partition("/")
    if not 1 <= int(upper[1:]) <= MOST_VERTEBRAE.get(upper[0], 0):
        return False
    below = {f"{int(upper[1:]) + 1}", "S1"} if upper[0] == "L" else {f"{int(upper[1:]) + 1}", "L1"}
    return kind is not LevelKind.DISC or lower in below


def _vertebra(text: str) -> str:
    letters, digits = re.fullmatch(r"([A-Za-z]+)(\d+)", text).groups()  # type: ignore[union-attr]
    return f"{letters[0].upper()}{int(digits)}"
