"""What is measured: every labelled structure, and the coarser muscles and both-sides sums derived from them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from ParaspinalFatLib.anatomy import BY_IDENTIFIER, BY_VALUE, COMPOSITES, STRUCTURES, Side

BOTH = "both"
DIRECT = "direct"

TABLE_ORDER = ("MF", "ES", "ES+MF", "IL", "LO", "PM", "QL", "IC", "IVD", "VB", "VA", "canal", "sacrum")
"""Structures in the order of the table."""

_SIDES = (Side.RIGHT.value, Side.LEFT.value)


@dataclass(frozen=True)
class Measurand:
    """One structure on one side, on both sides together, or in the midline.

    Attributes:
        structure: abbreviation, the ``structure`` column.
        side: ``right``, ``left``, ``both`` or ``midline``.
        parts: groups of label values. Each group is one muscle with an axis of its own; a plain muscle has one group.
        derived_from: ``direct``, or the labels it is put together from.
        is_muscle: whether fat and obliquity are measured.
    """

    structure: str
    side: str
    parts: tuple[tuple[int, ...], ...]
    derived_from: str
    is_muscle: bool

    @cached_property
    def values(self) -> tuple[int, ...]:
        """All label values of the measurand."""
        return tuple(value for part in self.parts for value in part)

    @cached_property
    def right_and_left(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Label values of the right and of the left half of a both-sides sum."""
        half = len(self.parts) // 2
        right, left = self.parts[:half], self.parts[half:]
        return tuple(v for part in right for v in part), tuple(v for part in left for v in part)

    def missing_in(self, present: Collection[int]) -> tuple[int, ...]:
        """Label values whose absence leaves less than the whole measurand: those of a sum, not the measurand itself.

        Args:
            present: label values that occur, in a slice for example.
        """
        if all(value in present for value in self.values):
            return ()
        return tuple(value for part in self.parts for value in missing_of(part, present))

    @property
    def identifier(self) -> str:
        """``MF_right``, ``ES+MF_both``, ``canal``."""
        return self.structure if self.side == Side.MIDLINE.value else f"{self.structure}_{self.side}"


def measurands_of(present: Collection[int]) -> tuple[Measurand, ...]:
    """Everything that can be measured on a label image, in the order of the table.

    Coarser muscles are derived from finer ones, never the other way round: ES holds IL and LO where they are labelled, and
    ES+MF holds ES and MF. A sum over both sides is made where both sides are labelled.

    Args:
        present: label values that occur in the image.
    """
    found: list[Measurand] = []
    for structure in TABLE_ORDER:
        sides = [measurand for side in _SIDES if (measurand := _muscle(structure, side, present)) is not None]
        found += sides
        if len(sides) == 2:
            found.append(_both(sides[0], sides[1]))
        found += _midline(structure, present)
    return tuple(found)


def _value(structure: str, side: str) -> int | None:
    known = BY_IDENTIFIER.get(f"{structure}_{side}")
    return known.value if known else None


def _muscle(structure: str, side: str, present: Collection[int]) -> Measurand | None:
    if structure == "ES+MF":
        erector, multifidus = _muscle("ES", side, present), _muscle("MF", side, present)
        if erector is None or multifidus is None:
            return None
        return Measurand(structure, side, erector.parts + multifidus.parts, _names(erector, multifidus), True)
    if structure == "ES":
        return _erector_spinae(side, present)
    value = _value(structure, side)
    return Measurand(structure, side, ((value,),), DIRECT, True) if value is not None and value in present else None


def _erector_spinae(side: str, present: Collection[int]) -> Measurand | None:
    """ES as labelled, with IL and LO added where they are labelled too: all three are erector spinae."""
    whole, fine = _value("ES", side), [_value("IL", side), _value("LO", side)]
    labelled = [name for name, value in zip(("ES", "IL", "LO"), [whole, *fine], strict=True) if value in present]
    if "ES" not in labelled and labelled != ["IL", "LO"]:
        return None
    values = tuple(value for value in [whole, *fine] if value is not None and value in present)
    return Measurand("ES", side, (values,), DIRECT if labelled == ["ES"] else "+".join(labelled), True)


def missing_of(part: Sequence[int], present: Collection[int]) -> tuple[int, ...]:
    """Label values that one muscle of a measurand lacks. Erector spinae is there as ES, or as both IL and LO."""
    if len(part) == 1:
        return () if part[0] in present else tuple(part)
    side = BY_VALUE[part[0]].side.value
    whole, fine = BY_IDENTIFIER[f"ES_{side}"].value, [BY_IDENTIFIER[f"{name}_{side}"].value for name in COMPOSITES["ES"]]
    if whole in present:
        return ()
    if whole in part and not any(value in present for value in fine):
        return (whole,)
    return tuple(value for value in fine if value not in present)


def _names(erector: Measurand, multifidus: Measurand) -> str:
    first = "ES" if erector.derived_from == DIRECT else erector.derived_from
    return f"{first}+{multifidus.structure}"


def _both(right: Measurand, left: Measurand) -> Measurand:
    sources = [right.derived_from] if right.derived_from == left.derived_from else [right.derived_from, left.derived_from]
    return Measurand(right.structure, BOTH, right.parts + left.parts, " and ".join(sources), True)


def _midline(structure: str, present: Collection[int]) -> list[Measurand]:
    return [
        Measurand(structure, Side.MIDLINE.value, ((known.value,),), DIRECT, False)
        for known in STRUCTURES
        if known.abbreviation == structure and known.side is Side.MIDLINE and known.value in present
    ]
