"""SegmentEditing: Slicer's Segment Editor within the panel, opened on the present case and let go of again."""

from __future__ import annotations

from typing import Any

from ParaspinalFatLib.anatomy import Structure
from ParaspinalFatLib.imaging.roles import segmentation_role
from ParaspinalFatLib.scene.segment_editor import (
    UNDO_STATES,
    editor_node,
    protect_neighbours,
    remove_editor_node,
    segment_to_draw,
)
from ParaspinalFatLib.scene.segmentations import our_segments


class SegmentEditing:
    """The embedded editor.

    Args:
        widget: qMRMLSegmentEditorWidget.
    """

    def __init__(self, widget: Any) -> None:
        self._widget = widget
        self._case: Any = None
        self._shown = False
        widget.segmentationNodeSelectorVisible = False
        widget.sourceVolumeNodeSelectorVisible = False
        widget.switchToSegmentationsButtonVisible = False
        widget.setMaximumNumberOfUndoStates(UNDO_STATES)

    @property
    def case(self) -> Any:
        """The case (``LiveCase``) whose segmentation is open, or None."""
        return self._case

    def open(self, case: Any, protected: bool) -> None:
        """Edit the segmentation of a case, on the image that it was drawn on.

        Args:
            case: the open case, or None for no segmentation at all.
            protected: whether neighbours are protected.
        """
        if case is self._case:
            return
        self.close()
        if case is None:
            return
        scene = case.segmentation.GetScene()
        node = editor_node(scene)
        protect_neighbours(node, protected)
        self._widget.setMRMLSegmentEditorNode(node)
        if self._widget.mrmlScene() is not scene:
            self._widget.setMRMLScene(scene)
        self._widget.setSegmentationNode(case.segmentation)
        self._widget.setSourceVolumeNode(case.volumes[segmentation_role(case.volumes)])
        case.save_undo_state = self._widget.saveStateForUndo  # one order of undoing for strokes and tools
        self._case = case

    def close(self) -> None:
        """Let go of the segmentation; nothing happens if none is open."""
        case, self._case = self._case, None
        if case is None:
            return
        self._widget.setActiveEffect(None)
        self._widget.setSegmentationNode(None)
        case.save_undo_state = case.history.save

    def leave_scene(self, scene: Any) -> None:
        """Let go, and take what the editor needed out of a scene."""
        self.close()
        remove_editor_node(scene)

    def enter(self) -> None:
        """The module is shown: take mouse events of the slice views and the editor's keys."""
        if not self._shown:
            self._shown = True
            self._widget.setupViewObservations()
            self._widget.installKeyboardShortcuts()

    def exit(self) -> None:
        """Another module is shown: give back mouse and keys."""
        self._shown = False
        self._widget.setActiveEffect(None)
        self._widget.removeViewObservations()
        self._widget.uninstallKeyboardShortcuts()

    def protect(self, protected: bool) -> None:
        """Choose whether painting may take voxels away from neighbours."""
        if self._case is not None:
            protect_neighbours(self._widget.mrmlSegmentEditorNode(), protected)

    def paint(self, structure: Structure) -> None:
        """Be ready to paint a structure with the next stroke."""
        segment_id = segment_to_draw(self._case.segmentation, structure)
        self._widget.setCurrentSegmentID(segment_id)
        self._widget.setActiveEffectByName("Paint")

    @property
    def structure(self) -> Structure | None:
        """The structure whose segment is selected; None if it is none of ours."""
        if self._case is None:
            return None
        return our_segments(self._case.segmentation.GetSegmentation()).get(self._widget.currentSegmentID())
