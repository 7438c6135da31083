"""Charts as MRML plot nodes, for the time they are shown: they are no part of the case and are not saved with the scene."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import slicer
import vtk
from vtk.util.numpy_support import numpy_to_vtk

X, Y, LABEL = "x", "y", "label"
"""Columns of a series' table."""

RGB = tuple[float, float, float]

DESCRIPTION_SIZE, LABEL_SIZE = 13, 11
"""Font sizes that fit a panel 400 pixels wide."""


@dataclass(frozen=True)
class Style:
    """How a series is drawn; series differ in more than their colour.

    Attributes:
        colour: 0 to 1.
        line, marker: names as vtkMRMLPlotSeriesNode has them after ``LineStyle`` and ``MarkerStyle``.
        width: of the line, in pixels.
        bars: bars instead of a line.
    """

    colour: RGB
    line: str = "Solid"
    marker: str = "None"
    width: float = 2.0
    bars: bool = False


@dataclass(frozen=True, eq=False)
class Series:
    """Points of one name. A NaN ends a line, so that one series may consist of several pieces.

    Attributes:
        name: in the legend.
        x, y: (n,) coordinates.
        labels: (n,) texts that the tooltips of the points show, or empty.
    """

    name: str
    x: npt.NDArray[np.float64]
    y: npt.NDArray[np.float64]
    style: Style
    labels: Sequence[str] = ()


@dataclass(frozen=True, eq=False)
class Chart:
    """What a plot shows.

    Attributes:
        title: above it.
        x_title, y_title: with units.
        x_range, y_range: lowest and highest value of the axes.
        series: at least as many as needed; their number may change.
    """

    title: str
    x_title: str
    y_title: str
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    series: Sequence[Series]


class Plot:
    """The nodes of one chart: the chart itself, a view node to show it in, and series and tables as many as it needs.

    Nodes are changed, not replaced, when the chart changes, so that views do not flicker. :meth:`remove` takes all away.
    """

    def __init__(self, scene: Any, name: str, owner: Any = None) -> None:
        """
        Args:
            scene: vtkMRMLScene.
            name: of the nodes.
            owner: the node that the view belongs to instead of Slicer's layout, which would otherwise open a view for it.
        """
        self._scene = scene
        self._name = name
        self._series: list[tuple[Any, Any]] = []
        self._ranges: tuple[Any, Any] = (None, None)
        self._chart = self._added(slicer.vtkMRMLPlotChartNode(), name)
        view = slicer.vtkMRMLPlotViewNode()
        view.SetLayoutName(name.replace(" ", ""))
        if owner is not None:
            view.SetAndObserveParentLayoutNodeID(owner.GetID())
        self._view = self._added(view, f"{name} view")
        self._view.SetPlotChartNodeID(self._chart.GetID())

    @property
    def view_node(self) -> Any:
        """vtkMRMLPlotViewNode for a qMRMLPlotView."""
        return self._view

    @property
    def chart_node(self) -> Any:
        """vtkMRMLPlotChartNode."""
        return self._chart

    def series_index(self, node_id: str) -> int | None:
        """Which series of the chart a vtkMRMLPlotSeriesNode shows; None for another node."""
        return next((n for n, (series, _table) in enumerate(self._series) if series.GetID() == node_id), None)

    def show(self, chart: Chart) -> None:
        """Show a chart instead of the present one."""
        while len(self._series) < len(chart.series):
            self._add_series()
        was_modifying = self._chart.StartModify()
        try:
            for (node, table), series in zip(self._series, chart.series, strict=False):
                _fill(table, series)
                _dress(node, series)
            self._choose_series(len(chart.series))
            self._label(chart)
            self._chart.Modified()  # a view looks at its tables again when the chart has changed
        finally:
            self._chart.EndModify(was_modifying)

    def remove(self) -> None:
        """Take all nodes out of the scene."""
        nodes = [self._view, self._chart, *(node for pair in self._series for node in pair)]
        self._series = []
        for node in nodes:
            if node.GetScene() is not None:
                self._scene.RemoveNode(node)

    def _choose_series(self, count: int) -> None:
        wanted = [node.GetID() for node, _table in self._series[:count]]
        present = [self._chart.GetNthPlotSeriesNodeID(n) for n in range(self._chart.GetNumberOfPlotSeriesNodes())]
        if present != wanted:
            self._chart.RemoveAllPlotSeriesNodeIDs()
            for node_id in wanted:
                self._chart.AddAndObservePlotSeriesNodeID(node_id)

    def _label(self, chart: Chart) -> None:
        self._chart.SetTitle(chart.title)
        self._chart.SetXAxisTitle(chart.x_title)
        self._chart.SetYAxisTitle(chart.y_title)
        self._chart.SetTitleFontSize(DESCRIPTION_SIZE)
        self._chart.SetAxisTitleFontSize(DESCRIPTION_SIZE)
        self._chart.SetAxisLabelFontSize(LABEL_SIZE)
        self._chart.SetLegendFontSize(LABEL_SIZE)
        self._chart.SetGridVisibility(False)
        if self._ranges == (chart.x_range, chart.y_range):
            return  # a zoom of the user's stays
        self._ranges = (chart.x_range, chart.y_range)
        self._chart.SetXAxisRangeAuto(False)
        self._chart.SetYAxisRangeAuto(False)
        self._chart.SetXAxisRange(*chart.x_range)
        self._chart.SetYAxisRange(*chart.y_range)

    def _add_series(self) -> None:
        number = len(self._series) + 1
        table = self._added(slicer.vtkMRMLTableNode(), f"{self._name} {number}")
        series = self._added(slicer.vtkMRMLPlotSeriesNode(), f"{self._name} {number}")
        series.SetAndObserveTableNodeID(table.GetID())
        series.SetXColumnName(X)
        series.SetYColumnName(Y)
        self._series.append((series, table))

    def _added(self, node: Any, name: str) -> Any:
        node.SetName(name)
        node.SetHideFromEditors(True)
        node.SetSaveWithScene(False)
        self._scene.AddNode(node)
        return node


def _fill(node: Any, series: Series) -> None:
    table = vtk.vtkTable()
    for name, values in ((X, series.x), (Y, series.y)):
        column = numpy_to_vtk(np.asarray(values, np.float64), deep=True)
        column.SetName(name)
        table.AddColumn(column)
    if series.labels:
        labels = vtk.vtkStringArray()
        labels.SetName(LABEL)
        for text in series.labels:
            labels.InsertNextValue(text)
        table.AddColumn(labels)
    node.SetAndObserveTable(table)


def _dress(node: Any, series: Series) -> None:
    style, kinds = series.style, slicer.vtkMRMLPlotSeriesNode
    was_modifying = node.StartModify()
    node.SetName(series.name)
    node.SetPlotType(kinds.PlotTypeScatterBar if style.bars else kinds.PlotTypeScatter)
    node.SetLabelColumnName(LABEL if series.labels else "")
    node.SetColor(*style.colour)
    node.SetLineStyle(getattr(kinds, f"LineStyle{style.line}"))
    node.SetLineWidth(style.width)
    node.SetMarkerStyle(getattr(kinds, f"MarkerStyle{style.marker}"))
    node.EndModify(was_modifying)
