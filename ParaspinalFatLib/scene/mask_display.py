"""How the outlines of a segmentation are shown in slice views: hidden, as lines, or filled."""

from __future__ import annotations

from typing import Any


def set_hidden(segmentation: Any, hidden: bool) -> None:
    """Hide all outlines, to see the image alone, or show them again."""
    _display(segmentation).SetVisibility(not hidden)


def is_hidden(segmentation: Any) -> bool:
    """Whether the outlines are hidden."""
    return not _display(segmentation).GetVisibility()


def set_filled(segmentation: Any, filled: bool) -> None:
    """Show outlines filled, or as lines only, through which the muscle is seen."""
    display = _display(segmentation)
    display.SetVisibility2DOutline(True)
    display.SetVisibility2DFill(filled)


def is_filled(segmentation: Any) -> bool:
    """Whether outlines are shown filled."""
    return bool(_display(segmentation).GetVisibility2DFill())


def _display(segmentation: Any) -> Any:
    segmentation.CreateDefaultDisplayNodes()
    return segmentation.GetDisplayNode()
