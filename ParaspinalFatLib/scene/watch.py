"""CaseWatch: hears edits of a case's segmentation and volumes, and the loss of its nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import slicer
import vtk


class CaseWatch:
    """Observers of one case; :meth:`close` removes all of them.

    Attributes:
        edited: voxels were edited since it was last set to False. Undo and redo are changes, but no edits: they restore
            segments as they were, tags included.
    """

    def __init__(
        self,
        segmentation: Any,
        volumes: Iterable[Any],
        on_change: Callable[[], None],
        on_lost: Callable[[str], None],
    ) -> None:
        """
        Args:
            segmentation: vtkMRMLSegmentationNode.
            volumes: vtkMRMLScalarVolumeNodes of the case.
            on_change: called when something that is measured may have changed.
            on_lost: called with the reason when a node is about to be removed, or the scene to be closed.
        """
        self.edited = False
        self._nodes = {segmentation: "segmentation", **dict.fromkeys(volumes, "volume")}
        self._change, self._lost = on_change, on_lost
        self._tags: list[tuple[Any, int]] = []
        content = slicer.vtkSegmentation
        for event in (content.SourceRepresentationModified, content.SegmentAdded, content.SegmentRemoved):
            self._observe(segmentation, event, self._on_edit)
        for event in (content.SegmentModified, content.SegmentsOrderModified, segmentation.SegmentationChangedEvent):
            self._observe(segmentation, event, self._on_change)
        for node in self._nodes:
            self._observe(node, node.TransformModifiedEvent, self._on_change)
            if node is not segmentation:
                self._observe(node, node.ImageDataModifiedEvent, self._on_change)
        scene = segmentation.GetScene()
        self._observe(scene, scene.NodeAboutToBeRemovedEvent, self._on_removal)
        self._observe(scene, scene.StartCloseEvent, self._on_scene_closing)

    def close(self) -> None:
        """Remove all observers."""
        while self._tags:
            sender, tag = self._tags.pop()
            sender.RemoveObserver(tag)

    def _observe(self, sender: Any, event: Any, callback: Callable[..., None]) -> None:
        self._tags.append((sender, sender.AddObserver(event, callback)))

    def _on_edit(self, *_event: Any) -> None:
        self.edited = True
        self._change()

    def _on_change(self, *_event: Any) -> None:
        self._change()

    @vtk.calldata_type(vtk.VTK_OBJECT)
    def _on_removal(self, _scene: Any, _event: str, node: Any = None) -> None:
        if node in self._nodes:
            self._lost(f"The {self._nodes[node]} {node.GetName()} was removed from the scene; its case is closed.")

    def _on_scene_closing(self, *_event: Any) -> None:
        self._lost("The scene was closed, and this case with it.")
