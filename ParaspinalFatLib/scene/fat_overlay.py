"""Fat-fraction colours over the image, inside the muscles, with a legend: shown in the slice views' foreground."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import slicer
from vtk.util.numpy_support import vtk_to_numpy

from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.fat.muscle_voxels import MuscleVoxels
from ParaspinalFatLib.scene.fat_colours import new_colour_node
from ParaspinalFatLib.scene.translation import tr as _
from ParaspinalFatLib.scene.volumes import local_affine, vtk_image

NO_FRACTION = -1.0
"""Where there is nothing to show. Not NaN: display pipelines convert it to an arbitrary colour, and Slicer's histograms,
from which window and level are found, may fail on it."""

PERCENT = 100.0


@dataclass(frozen=True)
class _Foreground:
    """What a slice view showed before."""

    volume_id: str | None
    opacity: float


class FatOverlay:
    """Colours of a fat map in the foreground of every slice view.

    The nodes are not part of the case: hidden in lists and not saved with the scene. :meth:`hide` takes them away and gives
    the views back the foreground that they had.
    """

    def __init__(self, scene: Any) -> None:
        self._scene = scene
        self._volume: Any = None
        self._legend: Any = None
        self._nodes: list[Any] = []
        self._before: dict[str, _Foreground] = {}
        self._painted: npt.NDArray[np.intp] | None = None

    @property
    def visible(self) -> bool:
        """Whether the colours are in the scene."""
        return self._volume is not None and self._volume.GetScene() is not None

    @property
    def volume_node(self) -> Any:
        """The vtkMRMLScalarVolumeNode of fat fractions in percent, :data:`NO_FRACTION` where there are none; or None."""
        return self._volume if self.visible else None

    def show(self, volume: Any, inside: MuscleVoxels, fat_map: FatMap, opacity: float) -> None:
        """Show the colours of a fat map inside the muscles, or change those that are shown.

        Args:
            volume: vtkMRMLScalarVolumeNode on whose grid voxels and map lie.
            inside: the muscle voxels; only their places count.
            fat_map: fractions 0 to 1.
            opacity: 0 to 1, of the foreground.
        """
        if not (self.visible and self._fits(volume, inside)):
            self.hide()
            self._make(volume, inside)
        self._paint(inside, fat_map)
        self._bring_to_front(opacity)
        if self._legend is not None:
            self._legend.SetVisibility(True)  # last: legends look for the views that show their volume when they change

    def set_opacity(self, opacity: float) -> None:
        """Change how much of the image shines through."""
        for composite in self._composites():
            if self.visible and composite.GetForegroundVolumeID() == self._volume.GetID():
                composite.SetForegroundOpacity(opacity)

    def hide(self) -> None:
        """Take the colours away; views that still show them get their former foreground back."""
        volume_id = self._volume.GetID() if self.visible else None
        for composite in self._composites():
            before = self._before.get(composite.GetID())
            if before is not None and volume_id is not None and composite.GetForegroundVolumeID() == volume_id:
                known = before.volume_id if self._scene.GetNodeByID(before.volume_id or "") else None
                composite.SetForegroundVolumeID(known)
                composite.SetForegroundOpacity(before.opacity)
        for node in reversed(self._nodes):
            if node.GetScene() is not None:
                self._scene.RemoveNode(node)
        self._nodes, self._before = [], {}
        self._volume = self._legend = self._painted = None

    def _fits(self, volume: Any, inside: MuscleVoxels) -> bool:
        same_parent = self._volume.GetTransformNodeID() == volume.GetTransformNodeID()
        same_shape = _array(self._volume).shape == inside.shape
        return same_parent and same_shape and np.array_equal(local_affine(self._volume), local_affine(volume))

    def _make(self, volume: Any, inside: MuscleVoxels) -> None:
        node = slicer.vtkMRMLScalarVolumeNode()
        node.SetName(_("Fat fraction, % (-1: none)"))
        node.CopyOrientation(volume)
        node.SetAndObserveTransformNodeID(volume.GetTransformNodeID())
        node.SetAndObserveImageData(vtk_image(np.full(inside.shape, NO_FRACTION, np.float32)))
        self._volume = self._added(node)
        colours = self._added(new_colour_node())
        display = self._added(slicer.vtkMRMLScalarVolumeDisplayNode())
        display.SetAndObserveColorNodeID(colours.GetID())
        display.AutoWindowLevelOff()
        display.SetWindowLevelMinMax(0.0, PERCENT)
        display.AutoThresholdOff()
        display.SetThreshold(0.0, PERCENT)
        display.ApplyThresholdOn()
        display.SetInterpolate(False)  # between a fraction and no fraction lies nothing
        node.SetAndObserveDisplayNodeID(display.GetID())
        self._add_legend()

    def _add_legend(self) -> None:
        colours = getattr(slicer, "vtkSlicerColorLogic", None)
        if colours is None or not hasattr(colours, "AddDefaultColorLegendDisplayNode"):
            return  # before Slicer 5.0
        legend = colours.AddDefaultColorLegendDisplayNode(self._volume)
        if legend is None:
            return
        legend.SetSaveWithScene(False)
        legend.SetHideFromEditors(True)
        legend.SetTitleText(_("Fat fraction, %"))
        legend.SetLabelFormat("%.0f")
        legend.SetNumberOfLabels(6)
        legend.SetMaxNumberOfColors(256)
        legend.SetSize(0.09, 0.35)
        legend.SetPosition(0.98, 0.5)
        legend.SetVisibility(False)
        self._legend = legend
        self._nodes.append(legend)

    def _paint(self, inside: MuscleVoxels, fat_map: FatMap) -> None:
        """Write the fractions into the voxels of the node; only muscle voxels, present and former, are touched."""
        shown = _array(self._volume).reshape(-1)
        places = inside.places
        if self._painted is not None and self._painted is not places:
            shown[self._painted] = NO_FRACTION
        fractions = fat_map.fraction.array.reshape(-1)[places]
        percent = np.clip(fractions, 0, 1) * np.float32(PERCENT)
        percent[np.isnan(percent)] = NO_FRACTION
        shown[places] = percent
        self._painted = places
        self._volume.GetImageData().GetPointData().GetScalars().Modified()
        self._volume.GetImageData().Modified()

    def _bring_to_front(self, opacity: float) -> None:
        """Only in views that have not shown it yet: where the user has chosen another foreground since, it stays chosen."""
        for composite in self._composites():
            if composite.GetID() not in self._before:
                before = _Foreground(composite.GetForegroundVolumeID(), composite.GetForegroundOpacity())
                self._before[composite.GetID()] = before
                composite.SetForegroundVolumeID(self._volume.GetID())
                composite.SetForegroundOpacity(opacity)

    def _composites(self) -> Iterator[Any]:
        kind = "vtkMRMLSliceCompositeNode"
        for n in range(self._scene.GetNumberOfNodesByClass(kind)):
            yield self._scene.GetNthNodeByClass(n, kind)

    def _added(self, node: Any) -> Any:
        node.SetHideFromEditors(True)
        node.SetSaveWithScene(False)
        self._scene.AddNode(node)
        self._nodes.append(node)
        return node


def _array(volume: Any) -> np.ndarray:
    """The voxels (k, j, i) of a volume node, not a copy."""
    voxels = volume.GetImageData()
    return vtk_to_numpy(voxels.GetPointData().GetScalars()).reshape(voxels.GetDimensions()[::-1])
