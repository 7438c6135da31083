"""UndoHistory: undo and redo for a segmentation that no Segment Editor has open."""

from __future__ import annotations

from typing import Any

import slicer

MOST_STATES = 10
"""As many as the Segment Editor keeps."""


class UndoHistory:
    """States of a segmentation node; begins with the first one saved.

    The Segment Editor has a history of its own; use that one where it is open, so that there is one order of undoing.
    """

    def __init__(self, segmentation: Any) -> None:
        """
        Args:
            segmentation: vtkMRMLSegmentationNode.
        """
        self._segmentation = segmentation
        self._states: Any = None

    def save(self) -> None:
        """Keep the present state, to come back to it."""
        if self._states is None:
            self._states = slicer.vtkSegmentationHistory()
            self._states.SetMaximumNumberOfStates(MOST_STATES)
        self._states.SetSegmentation(self._segmentation.GetSegmentation())
        self._states.SaveState()

    @property
    def can_undo(self) -> bool:
        """Whether there is a state to go back to."""
        return self._states is not None and bool(self._states.IsRestorePreviousStateAvailable())

    @property
    def can_redo(self) -> bool:
        """Whether something was undone that can be done again."""
        return self._states is not None and bool(self._states.IsRestoreNextStateAvailable())

    def undo(self) -> None:
        """Go back one state; nothing happens where there is none."""
        if self.can_undo:
            self._states.RestorePreviousState()

    def redo(self) -> None:
        """Do again what was undone; nothing happens where there is nothing."""
        if self.can_redo:
            self._states.RestoreNextState()

    def close(self) -> None:
        """Forget all states."""
        if self._states is not None:
            self._states.SetSegmentation(None)
            self._states = None
