"""The sections of the panel, and how the coordinator treats them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from ParaspinalFatLib.panel.workplace import Workplace

SECTIONS = ("Correct", "Read", "Review")
"""Sections beside Inputs, in the order of the panel: each has a UI file and is mounted into the layout ``<name>Layout``."""


class Section(Protocol):
    """One section of the panel."""

    def set_parameters(self, parameters: Any) -> None:
        """Work with another parameter node (wrapped), or with none while the scene is closed."""
        ...

    def update(self) -> None:
        """Show the present case; called after each change of the parameter node, of the case, and of its numbers."""
        ...

    def enter(self) -> None:
        """The module is shown."""
        ...

    def exit(self) -> None:
        """Another module is shown: take keyboard shortcuts and observers away."""
        ...

    def close(self) -> None:
        """The panel goes: take away all that is not to stay in the scene."""
        ...


class Painter(Section, Protocol):
    """The section Correct."""

    def paint(self, identifier: str, slice_index: int | None = None) -> None:
        """Make ready to paint a structure ("MF_right"), on a slice (as the table counts) if one is given."""
        ...


def made_sections(uis: Mapping[str, Any], logic: Any, workplace: Workplace) -> dict[str, Section]:
    """The sections whose widgets are given.

    Args:
        uis: name of the section to its widgets by name.
        logic: the module's logic.
        workplace: what the sections share.
    """
    makers = {"Correct": _correct, "Read": _read, "Review": _review}
    return {name: makers[name](ui, logic, workplace) for name, ui in uis.items()}


def _correct(ui: Any, logic: Any, workplace: Workplace) -> Section:
    from ParaspinalFatLib.panel.correct_section import CorrectSection

    return CorrectSection(ui, logic, workplace)


def _read(ui: Any, logic: Any, workplace: Workplace) -> Section:
    from ParaspinalFatLib.panel.read_section import ReadSection

    return ReadSection(ui, logic, workplace)


def _review(ui: Any, logic: Any, workplace: Workplace) -> Section:
    from ParaspinalFatLib.panel.review_section import ReviewSection

    return ReviewSection(ui, logic, workplace)
