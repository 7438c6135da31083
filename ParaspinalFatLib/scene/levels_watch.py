"""Hears when the points that mark levels are moved, named, added or removed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class LevelsWatch:
    """Observers of one point list at a time.

    Args:
        on_change: called when a point changed.
    """

    def __init__(self, on_change: Callable[[], None]) -> None:
        self._on_change = on_change
        self._node: Any = None
        self._tags: list[int] = []

    def follow(self, node: Any) -> None:
        """Listen to this vtkMRMLMarkupsNode and to no other; to none if it is None."""
        if node is self._node:
            return
        while self._tags:
            self._node.RemoveObserver(self._tags.pop())
        self._node = node
        if node is not None:
            events = (node.PointModifiedEvent, node.PointPositionDefinedEvent, node.PointRemovedEvent)
            self._tags = [node.AddObserver(event, self._changed) for event in events]

    def _changed(self, *_event: Any) -> None:
        self._on_change()
