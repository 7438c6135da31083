"""Stand-ins for Slicer's plot widgets and CTK's slider: their real properties, slots and signals, and no others.

VTK's own chart draws from the MRML nodes, as Slicer's widget does it, so that pictures show what is plotted.
Names: Libs/MRML/Widgets/qMRMLPlotWidget.h and qMRMLPlotView.h of Slicer, Libs/Widgets/ctkSliderWidget.h of CTK.
"""

from __future__ import annotations

from typing import Any

import slicer
import vtk
from PySide6 import QtCore, QtGui, QtWidgets
from vtk.util.numpy_support import vtk_to_numpy

from host.widgets import Strict, qMRMLWidget

LEFT, BOTTOM = 0, 1
"""Axes of a vtkChartXY."""

STEPS = 1000
"""Of a slider of floating-point numbers."""


class qMRMLPlotView(Strict, QtWidgets.QWidget):
    mrmlSceneChanged = QtCore.Signal(object)
    dataSelected = QtCore.Signal(object, object)

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._scene: Any = None
        self._view: Any = None
        self._observed: list[tuple[Any, int]] = []
        self.setMinimumSize(120, 120)

    def setMRMLScene(self, scene: Any) -> None:
        self._scene = scene
        self.mrmlSceneChanged.emit(scene)
        if self._view is not None and self._view.GetScene() is not scene:
            self.setMRMLPlotViewNode(None)

    def setMRMLPlotViewNode(self, node: Any) -> None:
        if node is not None and not node.IsA("vtkMRMLPlotViewNode"):
            raise TypeError("setMRMLPlotViewNode takes a vtkMRMLPlotViewNode")
        for observed, tag in self._observed:
            observed.RemoveObserver(tag)
        self._view = node
        nodes = () if node is None else (node, node.GetPlotChartNode())
        self._observed = [(n, n.AddObserver(vtk.vtkCommand.ModifiedEvent, self._changed)) for n in nodes if n is not None]
        self.update()

    def mrmlPlotViewNode(self) -> Any:
        return self._view

    def fitToContent(self) -> None:
        self.update()

    def RemovePlotSelections(self) -> None:
        self.update()

    def _changed(self, *_event: Any) -> None:
        self.update()

    def paintEvent(self, _event: QtGui.QPaintEvent) -> None:
        if self._view is None or self._view.GetPlotChartNode() is None:
            return
        ratio = self.devicePixelRatioF()
        image = drawn(self._view.GetPlotChartNode(), int(self.width() * ratio), int(self.height() * ratio), ratio)
        image.setDevicePixelRatio(ratio)
        painter = QtGui.QPainter(self)
        painter.drawImage(0, 0, image)
        painter.end()


class qMRMLPlotViewControllerWidget(qMRMLWidget):
    """The bar above a plot."""


class qMRMLPlotWidget(qMRMLWidget):
    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._controller, self._plot = qMRMLPlotViewControllerWidget(self), qMRMLPlotView(self)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._controller)
        layout.addWidget(self._plot)

    def setMRMLScene(self, scene: Any) -> None:
        super().setMRMLScene(scene)
        self._plot.setMRMLScene(scene)

    def setMRMLPlotViewNode(self, node: Any) -> None:
        self._plot.setMRMLPlotViewNode(node)

    def mrmlPlotViewNode(self) -> Any:
        return self._plot.mrmlPlotViewNode()

    def plotView(self) -> qMRMLPlotView:
        return self._plot

    def plotController(self) -> qMRMLPlotViewControllerWidget:
        return self._controller


class ctkSliderWidget(Strict, QtWidgets.QWidget):
    valueChanged = QtCore.Signal(float)
    valueIsChanging = QtCore.Signal(float)
    decimalsChanged = QtCore.Signal(int)

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._tracking = True
        self._slider = QtWidgets.QSlider(QtCore.Qt.Orientation.Horizontal, self)
        self._slider.setRange(0, STEPS)
        self._box = QtWidgets.QDoubleSpinBox(self)
        self._box.setRange(0.0, 99.0)
        layout = QtWidgets.QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._slider)
        layout.addWidget(self._box)
        self._slider.valueChanged.connect(self._slid)
        self._box.valueChanged.connect(self._typed)

    def setValue(self, value: float) -> None:
        self._box.setValue(value)

    def setDecimals(self, decimals: int) -> None:
        self._box.setDecimals(decimals)
        self.decimalsChanged.emit(decimals)

    def _set(self, setter: str, value: Any) -> None:
        getattr(self._box, setter)(value)
        self._place()

    def _slid(self, step: int) -> None:
        low, high = self._box.minimum(), self._box.maximum()
        self._box.setValue(low + (high - low) * step / STEPS)

    def _typed(self, value: float) -> None:
        self._place()
        self.valueChanged.emit(value)

    def _place(self) -> None:
        low, high = self._box.minimum(), self._box.maximum()
        self._slider.blockSignals(True)
        self._slider.setValue(round(STEPS * (self._box.value() - low) / (high - low)) if high > low else 0)
        self._slider.blockSignals(False)

    value = QtCore.Property(float, lambda self: self._box.value(), setValue)
    minimum = QtCore.Property(float, lambda self: self._box.minimum(), lambda self, v: self._set("setMinimum", v))
    maximum = QtCore.Property(float, lambda self: self._box.maximum(), lambda self, v: self._set("setMaximum", v))
    singleStep = QtCore.Property(float, lambda self: self._box.singleStep(), lambda self, v: self._set("setSingleStep", v))
    pageStep = QtCore.Property(float, lambda _self: 10.0, lambda _self, _v: None)
    decimals = QtCore.Property(int, lambda self: self._box.decimals(), setDecimals)
    suffix = QtCore.Property(str, lambda self: self._box.suffix(), lambda self, v: self._box.setSuffix(v))
    tracking = QtCore.Property(bool, lambda self: self._tracking, lambda self, v: setattr(self, "_tracking", v))


PLOT_WIDGETS = (qMRMLPlotWidget, qMRMLPlotView)


def drawn(chart: Any, width: int, height: int, scale: float = 1.0) -> QtGui.QImage:
    """A picture of a vtkMRMLPlotChartNode, drawn by VTK's chart with the properties that Slicer's widget takes over."""
    view = vtk.vtkContextView()
    window = view.GetRenderWindow()
    window.SetOffScreenRendering(True)
    window.SetSize(width, height)
    plots = vtk.vtkChartXY()
    view.GetScene().AddItem(plots)
    for n in range(chart.GetNumberOfPlotSeriesNodes()):
        plots.AddPlot(_plot(chart.GetNthPlotSeriesNode(n), scale))
    plots.SetTitle(chart.GetTitle() if chart.GetTitleVisibility() else "")
    plots.GetTitleProperties().SetFontSize(round(chart.GetTitleFontSize() * scale))
    plots.SetShowLegend(bool(chart.GetLegendVisibility()))
    plots.GetLegend().GetLabelProperties().SetFontSize(round(chart.GetLegendFontSize() * scale))
    _axis(plots.GetAxis(BOTTOM), chart, "X", scale)
    _axis(plots.GetAxis(LEFT), chart, "Y", scale)
    window.Render()
    grabbed = vtk.vtkWindowToImageFilter()
    grabbed.SetInput(window)
    grabbed.Update()
    pixels = vtk_to_numpy(grabbed.GetOutput().GetPointData().GetScalars()).reshape(height, width, -1)[::-1, :, :3].copy()
    return QtGui.QImage(pixels.data, width, height, 3 * width, QtGui.QImage.Format.Format_RGB888).copy()


def _plot(series: Any, scale: float) -> Any:
    names = (series.GetXColumnName(), series.GetYColumnName())
    bars = series.GetPlotType() in (
        slicer.vtkMRMLPlotSeriesNode.PlotTypeBar,
        slicer.vtkMRMLPlotSeriesNode.PlotTypeScatterBar,
    )
    plot = vtk.vtkPlotBar() if bars else vtk.vtkPlotLine()
    plot.SetInputData(series.GetTableNode().GetTable(), *names)
    plot.SetColorF(*series.GetColor())
    plot.SetWidth(series.GetLineWidth() * scale)
    plot.SetLabel(series.GetName())
    if not bars:  # numbers of the line and marker styles are those of VTK
        plot.GetPen().SetLineType(series.GetLineStyle())
        plot.SetMarkerStyle(series.GetMarkerStyle())
        plot.SetMarkerSize(series.GetMarkerSize() * scale)
    return plot


def _axis(axis: Any, chart: Any, name: str, scale: float) -> None:
    axis.SetTitle(getattr(chart, f"Get{name}AxisTitle")() or "")
    if not getattr(chart, f"Get{name}AxisRangeAuto")():
        axis.SetBehavior(vtk.vtkAxis.FIXED)
        axis.SetUnscaledRange(*getattr(chart, f"Get{name}AxisRange")())
    axis.SetGridVisible(bool(chart.GetGridVisibility()))
    axis.GetTitleProperties().SetBold(False)
    axis.GetTitleProperties().SetFontSize(round(chart.GetAxisTitleFontSize() * scale))
    axis.GetLabelProperties().SetFontSize(round(chart.GetAxisLabelFontSize() * scale))
