"""A Segment Editor without its widget: strokes, undo and redo by the editor's own logic."""

from __future__ import annotations

from typing import Any

import slicer
from vtk.util.numpy_support import vtk_to_numpy

Box = tuple[slice, slice, slice]


class Editor:
    """The logic behind the Segment Editor's effects, on one segmentation.

    Attributes:
        logic: vtkSlicerSegmentEditorLogic.
        node: its vtkMRMLSegmentEditorNode, with masking and overwriting rules.
    """

    def __init__(self, segmentation: Any, volume: Any) -> None:
        scene = segmentation.GetScene()
        self._segmentation = segmentation
        self.node = scene.AddNewNodeByClass("vtkMRMLSegmentEditorNode")
        self.logic = slicer.vtkSlicerSegmentEditorLogic()
        self.logic.SetMRMLScene(scene)
        self.logic.SetSegmentEditorNode(self.node)
        self.logic.SetSegmentationNode(segmentation)
        self.logic.SetSourceVolumeNode(volume)
        self.logic.UpdateReferenceGeometryImage()
        self.logic.SetMaximumNumberOfUndoStates(10)

    def paint(self, segment_id: str, box: Box) -> None:
        """Add a box of voxels (k, j, i) to a segment, as a stroke of the brush does."""
        self._stroke(segment_id, box, self.logic.ModificationModeAdd)

    def erase(self, segment_id: str, box: Box) -> None:
        """Take a box of voxels (k, j, i) from a segment."""
        self._stroke(segment_id, box, self.logic.ModificationModeRemove)

    def undo(self) -> None:
        """Go back one stroke."""
        self.logic.Undo()

    def redo(self) -> None:
        """Do an undone stroke again."""
        self.logic.Redo()

    def close(self) -> None:
        """Let go of the segmentation."""
        scene = self.node.GetScene()
        self.logic.SetSegmentationNode(None)
        self.logic.SetSegmentEditorNode(None)
        self.logic.SetMRMLScene(None)
        if scene is not None:
            scene.RemoveNode(self.node)

    def _stroke(self, segment_id: str, box: Box, mode: int) -> None:
        self.logic.SetCurrentSegmentID(segment_id)
        self.logic.ResetModifierLabelmapToDefault()
        stroke = self.logic.GetModifierLabelmap()
        voxels = vtk_to_numpy(stroke.GetPointData().GetScalars()).reshape(stroke.GetDimensions()[::-1])
        voxels[box] = 1
        stroke.Modified()
        self.logic.SaveStateForUndo()
        self.logic.ModifySegmentByLabelmap(self._segmentation, segment_id, stroke, mode, False, False)
