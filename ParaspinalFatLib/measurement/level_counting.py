"""Names of discs and bodies from what the level network sees in a midline plane; silent where it cannot tell.

Discs and bodies are ordered from caudal to cranial; the disc on the sacrum is the anchor, taken to be L5/S1; names are
counted upwards from it as far as nothing is missing. A sixth or a missing lumbar vertebra cannot be told without the ribs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.measurement.level_names import LevelKind, discs_upwards, vertebrae_upwards
from ParaspinalFatLib.measurement.spine_classes import PLANE_PIXEL_MM, SpineClass

SMALLEST_DISC_MM2, SMALLEST_BODY_MM2 = 60.0, 200.0
"""A disc covers about 300 mm2 of the midline plane and a body 800; smaller pieces are crumbs, or cut by the plane's end."""

LARGEST_DISTANCE_MM, SMALLEST_DISTANCE_MM = 55.0, 15.0
"""Lumbar discs are 28 to 45 mm apart in adults."""

LARGEST_RATIO = 1.6
"""So many times its neighbour's distance means that a disc between was not seen."""

REGULAR_RATIO = 0.75
"""Neighbouring distances differ by less than this in a regular spine."""

BELOW_ANCHOR_MM = 8.0
"""So much must be seen below the middle of the disc on the sacrum."""

WEAKEST_ANCHOR, STRONGEST_RIVAL = 0.5, 0.3
"""How sure the network must be of the anchor, and how sure it may be of any other disc."""

LEAST_CONFIDENCE = 0.7
"""Below this the names are not given; docs/levels.md has the figures it was chosen from."""

LOWEST_DISC, LOWEST_BODY = "L5/S1", "L5"


@dataclass(frozen=True)
class CountedLevel:
    """A disc or body that got a name.

    Attributes:
        name: ``L4/5``, ``L4``.
        kind: disc or vertebra.
        row, column: its middle in the plane, in pixels; rows grow to cranial, columns to posterior.
        confidence: 0 to 1.
    """

    name: str
    kind: LevelKind
    row: float
    column: float
    confidence: float


@dataclass(frozen=True)
class Counting:
    """What was counted in a plane.

    Attributes:
        levels: named discs and bodies from caudal to cranial; empty if it cannot be told which they are.
        confidence: of the anchor: network's margin x strength of the anchor x absence of a rival x regular distances.
        reason: why it cannot be told; empty if it can.
    """

    levels: tuple[CountedLevel, ...]
    confidence: float
    reason: str = ""


@dataclass(frozen=True)
class _Piece:
    row: float
    column: float
    lowest: float
    """How much the network takes it for the lowest disc or body, 0 to 1."""
    margin: float
    """Mean probability of being a disc or body at all."""


def count_levels(probabilities: npt.NDArray[np.float32]) -> Counting:
    """Name what a midline plane shows, or say why not.

    Args:
        probabilities: (classes, h, w) of :class:`SpineClass`, pixels of :data:`PLANE_PIXEL_MM`, rows to cranial.
    """
    discs = _pieces(probabilities[SpineClass.DISC], probabilities[SpineClass.LOWEST_DISC], SMALLEST_DISC_MM2)
    bodies = _pieces(probabilities[SpineClass.BODY], probabilities[SpineClass.LOWEST_BODY], SMALLEST_BODY_MM2)
    if len(discs) < 2:
        return Counting((), 0.0, "fewer than two discs were recognised")
    strengths = [float(np.sqrt(disc.lowest * _body_above(disc, bodies))) for disc in discs]
    anchor = int(np.argmax(strengths))
    rival = max(strength for index, strength in enumerate(strengths) if index != anchor)
    if reason := _doubt(discs, anchor, strengths[anchor], rival):
        return Counting((), min(strengths[anchor], 1 - rival), reason)
    chain = _unbroken(discs[anchor:], bodies)
    if len(chain) < 2:
        return Counting((), 0.0, "the row of discs above the sacrum is broken")
    levels = _named(chain, bodies, strengths[anchor] * (1 - rival))
    confidence = levels[0].confidence
    if confidence < LEAST_CONFIDENCE:
        return Counting((), confidence, f"the confidence of {confidence:.2f} is below {LEAST_CONFIDENCE:.2f}")
    return Counting(tuple(one for one in levels if one.confidence >= LEAST_CONFIDENCE), confidence)


def _pieces(others: npt.NDArray[np.float32], lowest: npt.NDArray[np.float32], smallest_mm2: float) -> list[_Piece]:
    """Connected pieces that are large enough, from caudal to cranial."""
    from scipy import ndimage  # slow to import, and not needed until levels are looked for

    either = others + lowest
    pieces, count = ndimage.label(either > 0.5)
    found = []
    for number in range(1, count + 1):
        inside = pieces == number
        if np.count_nonzero(inside) * PLANE_PIXEL_MM**2 < smallest_mm2:
            continue
        row, column = np.argwhere(inside).mean(axis=0)
        share = float((lowest[inside] / either[inside]).mean())
        found.append(_Piece(float(row), float(column), share, float(either[inside].mean())))
    return sorted(found, key=lambda piece: piece.row)


def _body_above(disc: _Piece, bodies: Sequence[_Piece]) -> float:
    """How much the body above a disc is taken for the lowest; 0 if there is none."""
    above = [body for body in bodies if body.row > disc.row and _distance(disc, body) < LARGEST_DISTANCE_MM / 1.5]
    return above[0].lowest if above else 0.0


def _doubt(discs: Sequence[_Piece], anchor: int, strength: float, rival: float) -> str:
    """Why the anchor cannot be trusted; empty if it can."""
    if strength < WEAKEST_ANCHOR:
        return "the disc on the sacrum was not recognised; the sacrum may lie outside the field of view"
    if discs[anchor].row * PLANE_PIXEL_MM < BELOW_ANCHOR_MM:
        return "the sacrum lies outside the field of view"
    if rival > STRONGEST_RIVAL:
        return "two discs could be the one on the sacrum"
    if anchor > 0:
        return "there is another disc below the one that was taken for the disc on the sacrum"
    return ""


def _unbroken(discs: Sequence[_Piece], bodies: Sequence[_Piece]) -> list[_Piece]:
    """The discs from the anchor upwards as far as none is missing in between."""
    chain = [discs[0]]
    distances: list[float] = []
    for lower, upper in pairwise(discs):
        distance = _distance(lower, upper)
        between = sum(lower.row < body.row < upper.row for body in bodies)
        usual = float(np.median(distances)) if distances else distance
        if between != 1 or not SMALLEST_DISTANCE_MM <= distance <= min(LARGEST_DISTANCE_MM, LARGEST_RATIO * usual):
            break
        distances.append(distance)
        chain.append(upper)
    return chain


def _named(chain: Sequence[_Piece], bodies: Sequence[_Piece], anchor: float) -> list[CountedLevel]:
    """Discs of an unbroken chain and the bodies between them; no level is surer than the one below it."""
    confidence = anchor * chain[0].margin * min(1.0, chain[0].lowest + 0.5)
    levels = []
    distances = [_distance(lower, upper) for lower, upper in pairwise(chain)]
    names = zip(discs_upwards(LOWEST_DISC), vertebrae_upwards(LOWEST_BODY), strict=False)
    for index, (disc, (disc_name, body_name)) in enumerate(zip(chain, names, strict=False)):
        if index >= 2:
            before, here = distances[index - 2 : index]
            confidence *= min(1.0, min(before, here) / max(before, here) / REGULAR_RATIO)
        sure = min(confidence, disc.margin)
        levels.append(CountedLevel(disc_name, LevelKind.DISC, disc.row, disc.column, sure))
        if index + 1 < len(chain):
            body = next(body for body in bodies if disc.row < body.row < chain[index + 1].row)
            levels.append(CountedLevel(body_name, LevelKind.VERTEBRA, body.row, body.column, min(sure, body.margin)))
    return levels


def _distance(one: _Piece, other: _Piece) -> float:
    return float(np.hypot(one.row - other.row, one.column - other.column)) * PLANE_PIXEL_MM
