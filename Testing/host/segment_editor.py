"""Stand-in for ``qMRMLSegmentEditorWidget``: its real properties, slots and signals, on Slicer's own editing logic.

Names are those of Slicer's source (Modules/Loadable/Segmentations/Widgets/qMRMLSegmentEditorWidget.h). What a stroke does
to the voxels, what masking lets through and what undo brings back is decided by the real ``vtkSlicerSegmentEditorLogic``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import slicer
from PySide6 import QtCore, QtGui, QtWidgets
from vtk.util.numpy_support import vtk_to_numpy

from host.widgets import Strict, qMRMLWidget

EFFECTS = (
    "None",
    "Threshold",
    "Paint",
    "Draw",
    "Erase",
    "Level tracing",
    "Grow from seeds",
    "Fill between slices",
    "Margin",
    "Hollow",
    "Smoothing",
    "Scissors",
    "Islands",
    "Logical operators",
    "Mask volume",
)
"""In the order of Slicer's buttons, which is that of its number keys."""

KEYS = ("Esc", "Space", "Z", "Ctrl+Z", "Y", "Ctrl+Shift+Z", "Q", "W", "/", "*", ",", ".", ">", "<", "I")
"""Keys that Slicer's editor takes beside the digits and Shift with digits."""

SWITCHES = {
    "segmentationNodeSelectorVisible": True,
    "sourceVolumeNodeSelectorVisible": True,
    "maskingSectionVisible": True,
    "specifyGeometryButtonVisible": True,
    "show3DButtonVisible": True,
    "addRemoveSegmentButtonsVisible": True,
    "autoShowSourceVolumeNode": True,
    "switchToSegmentationsButtonVisible": True,
    "undoEnabled": True,
    "readOnly": False,
    "unorderedEffectsVisible": True,
    "jumpToSelectedSegmentEnabled": False,
}
"""Properties that are on or off, as they are at first."""


class qSlicerSegmentEditorAbstractEffect(Strict, QtCore.QObject):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)


class qMRMLSegmentEditorWidget(qMRMLWidget):
    currentSegmentIDChanged = QtCore.Signal(str)
    sourceVolumeNodeChanged = QtCore.Signal(object)
    segmentationNodeChanged = QtCore.Signal(object)

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._switches = dict(SWITCHES)
        self._style: Any = QtCore.Qt.ToolButtonStyle.ToolButtonIconOnly
        self._columns = 0
        self._order: list[str] = []
        self._effects = {name: qSlicerSegmentEditorAbstractEffect(name) for name in EFFECTS}
        self._active: Any = None
        self._views_observed = False
        self._shortcuts: list[QtGui.QShortcut] = []
        self._logic = slicer.vtkSlicerSegmentEditorLogic()
        self._closing = 0
        _draw(self)

    @staticmethod
    def _switch(name: str) -> Any:
        return QtCore.Property(
            bool, lambda self: self._switches[name], lambda self, value: self._switches.__setitem__(name, value)
        )

    segmentationNodeSelectorVisible = _switch("segmentationNodeSelectorVisible")
    sourceVolumeNodeSelectorVisible = _switch("sourceVolumeNodeSelectorVisible")
    maskingSectionVisible = _switch("maskingSectionVisible")
    specifyGeometryButtonVisible = _switch("specifyGeometryButtonVisible")
    show3DButtonVisible = _switch("show3DButtonVisible")
    addRemoveSegmentButtonsVisible = _switch("addRemoveSegmentButtonsVisible")
    autoShowSourceVolumeNode = _switch("autoShowSourceVolumeNode")
    switchToSegmentationsButtonVisible = _switch("switchToSegmentationsButtonVisible")
    undoEnabled = _switch("undoEnabled")
    readOnly = _switch("readOnly")
    unorderedEffectsVisible = _switch("unorderedEffectsVisible")
    jumpToSelectedSegmentEnabled = _switch("jumpToSelectedSegmentEnabled")

    def setMaximumNumberOfUndoStates(self, count: int) -> None:
        self._logic.SetMaximumNumberOfUndoStates(count)

    maximumNumberOfUndoStates = QtCore.Property(
        int, lambda self: self._logic.GetMaximumNumberOfUndoStates(), setMaximumNumberOfUndoStates
    )

    def setEffectButtonStyle(self, style: Any) -> None:
        self._style = style

    def setEffectColumnCount(self, count: int) -> None:
        self._columns = count

    effectColumnCount = QtCore.Property(int, lambda self: self._columns, setEffectColumnCount)

    def setMRMLScene(self, scene: Any) -> None:
        if self._scene is not None:
            self._scene.RemoveObserver(self._closing)
        super().setMRMLScene(scene)
        self._logic.SetMRMLScene(scene)
        if scene is not None:
            self._closing = scene.AddObserver(scene.EndCloseEvent, lambda *_: self._on_scene_closed())

    def mrmlSegmentEditorNode(self) -> Any:
        return self._logic.GetSegmentEditorNode()

    def setMRMLSegmentEditorNode(self, node: Any) -> None:
        if node is not None and not node.IsA("vtkMRMLSegmentEditorNode"):
            raise TypeError("setMRMLSegmentEditorNode takes a vtkMRMLSegmentEditorNode")
        self._logic.SetSegmentEditorNode(node)

    def segmentationNode(self) -> Any:
        return self._logic.GetSegmentationNode()

    def setSegmentationNode(self, node: Any) -> None:
        if self.mrmlSegmentEditorNode() is None:
            if node is not None:
                raise RuntimeError("need to set segment editor node first")
            return
        if node is not self.segmentationNode():
            self._logic.SetSegmentationNode(node)
            if node is None:
                self.setActiveEffect(None)
            self.segmentationNodeChanged.emit(node)

    def sourceVolumeNode(self) -> Any:
        return self._logic.GetSourceVolumeNode()

    def setSourceVolumeNode(self, node: Any) -> None:
        if self.segmentationNode() is None:
            if node is not None:
                raise RuntimeError("need to set segment editor and segmentation nodes first")
            return
        if node is not self.sourceVolumeNode():
            self._logic.SetSourceVolumeNode(node)
            self.sourceVolumeNodeChanged.emit(node)

    def currentSegmentID(self) -> str:
        return self._logic.GetCurrentSegmentID() or ""

    def setCurrentSegmentID(self, segment_id: str) -> None:
        if segment_id != self.currentSegmentID():
            self._logic.SetCurrentSegmentID(segment_id)
            self.currentSegmentIDChanged.emit(segment_id)

    def effectByName(self, name: str) -> Any:
        return self._effects.get(name)

    def availableEffectNames(self) -> tuple[str, ...]:
        return EFFECTS[1:]

    def setEffectNameOrder(self, names: list[str]) -> None:
        unknown = set(names) - set(EFFECTS)
        if unknown:
            raise ValueError(f"Slicer has no effects {sorted(unknown)}")
        self._order = list(names)

    def effectNameOrder(self) -> tuple[str, ...]:
        return tuple(self._order)

    def activeEffect(self) -> Any:
        return self._active

    def setActiveEffect(self, effect: Any) -> None:
        if effect is not None and self.segmentationNode() is None:
            return  # Slicer's buttons are off without a segmentation
        self._active = effect
        node = self.mrmlSegmentEditorNode()
        if node is not None:
            node.SetActiveEffectName("" if effect is None else effect.objectName())

    def setActiveEffectByName(self, name: str) -> None:
        if name not in EFFECTS:
            raise ValueError(f"Slicer has no effect {name}")
        self.setActiveEffect(None if name == "None" else self._effects[name])

    def setupViewObservations(self) -> None:
        self._views_observed = True

    def removeViewObservations(self) -> None:
        self._views_observed = False

    def updateWidgetFromMRML(self) -> None:
        """Shows in Slicer what changed in the nodes."""

    def saveStateForUndo(self) -> None:
        self._logic.SaveStateForUndo()

    def undo(self) -> None:
        self._logic.Undo()

    def redo(self) -> None:
        self._logic.Redo()

    def installKeyboardShortcuts(self, parent: Any = None) -> None:
        self.uninstallKeyboardShortcuts()
        digits = [str(n) for n in range(10)]
        for key in (*digits, *(f"Shift+{digit}" for digit in digits), *KEYS):
            shortcut = QtGui.QShortcut(QtGui.QKeySequence(key), parent or self.window())
            action = {"Z": self.undo, "Ctrl+Z": self.undo, "Y": self.redo, "Ctrl+Shift+Z": self.redo}.get(key)
            if action is not None:
                shortcut.activated.connect(action)
            self._shortcuts.append(shortcut)

    def uninstallKeyboardShortcuts(self) -> None:
        for shortcut in self._shortcuts:
            shortcut.setParent(None)
            shortcut.deleteLater()
        self._shortcuts.clear()

    def rotateSliceViewsToSegmentation(self) -> None:
        """Turns Slicer's slice views to the segmentation's axes."""

    def jumpSlices(self) -> None:
        """Moves Slicer's slice views to the segment's centre."""

    def _on_scene_closed(self) -> None:
        """The parameter node is gone with its scene; who embeds the widget has to give it another."""
        self._active = None
        if self.mrmlSegmentEditorNode() is not None and self.mrmlSegmentEditorNode().GetScene() is None:
            self._logic.SetSegmentEditorNode(None)


def stroke(editor: qMRMLSegmentEditorWidget, voxels: Any, volume: Any) -> None:
    """What the active effect, Paint or Erase, does when the mouse is let go.

    Args:
        editor: with an active effect.
        voxels: index or mask of the volume's array (k, j, i): what the brush passed over.
        volume: gives the shape of that array.
    """
    effect = editor.activeEffect()
    assert effect is not None, "no effect is active"
    logic = editor._logic
    modes = {"Paint": logic.ModificationModeAdd, "Erase": logic.ModificationModeRemove}
    logic.SaveStateForUndo()
    assert logic.ResetModifierLabelmapToDefault()
    modifier = logic.GetModifierLabelmap()
    array = vtk_to_numpy(modifier.GetPointData().GetScalars()).reshape(modifier.GetDimensions()[::-1])
    assert array.shape == tuple(np.array(volume.GetImageData().GetDimensions())[::-1])
    array[voxels] = 1
    modifier.GetPointData().GetScalars().Modified()
    logic.ModifySegmentByLabelmap(
        editor.segmentationNode(), editor.currentSegmentID(), modifier, modes[effect.objectName()], True, False
    )


def _draw(editor: qMRMLSegmentEditorWidget) -> None:
    """A frame of about the place that Slicer's widget takes."""
    layout = QtWidgets.QVBoxLayout(editor)
    layout.setContentsMargins(0, 0, 0, 0)
    frame = QtWidgets.QLabel("Slicer's Segment Editor")
    frame.setAlignment(QtCore.Qt.AlignmentFlag.AlignCenter)
    frame.setFrameShape(QtWidgets.QFrame.Shape.StyledPanel)
    frame.setMinimumHeight(160)
    layout.addWidget(frame)
