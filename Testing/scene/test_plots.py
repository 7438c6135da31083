"""Charts as MRML nodes: what is plotted stands in their tables, and nothing stays behind."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from vtk.util.numpy_support import vtk_to_numpy

from ParaspinalFatLib.scene.plots import Chart, Plot, Series, Style


def chart(*series: Series, y_range: tuple[float, float] = (0.0, 10.0)) -> Chart:
    return Chart("Multifidus", "mm", "CSA, mm²", (0.0, 5.0), y_range, series)


def line(name: str, *y: float, labels: tuple[str, ...] = ()) -> Series:
    return Series(name, np.arange(len(y), dtype=float), np.array(y), Style((1.0, 0.0, 0.0), "Dash", "Square"), labels)


def plotted(plot: Plot, n: int) -> list[float]:
    table = plot.chart_node.GetNthPlotSeriesNode(n).GetTableNode().GetTable()
    return [float(value) for value in vtk_to_numpy(table.GetColumnByName("y"))]


def count(scene: Any) -> int:
    return int(scene.GetNumberOfNodes())


@pytest.fixture
def plot(scene: Any) -> Plot:
    return Plot(scene, "Profile", scene.AddNewNodeByClass("vtkMRMLScriptedModuleNode"))


def test_each_series_has_its_points_name_and_style(plot: Plot) -> None:
    plot.show(chart(line("right", 1, 2, 3), line("left", 4, 5, labels=("a", "b"))))
    node = plot.chart_node.GetNthPlotSeriesNode(1)
    assert plot.chart_node.GetNumberOfPlotSeriesNodes() == 2
    assert (plotted(plot, 0), plotted(plot, 1)) == ([1.0, 2.0, 3.0], [4.0, 5.0])
    assert (node.GetName(), node.GetLabelColumnName(), node.GetColor()) == ("left", "label", (1.0, 0.0, 0.0))
    assert (node.GetLineStyle(), node.GetMarkerStyle()) == (node.LineStyleDash, node.MarkerStyleSquare)
    assert plot.chart_node.GetYAxisRange() == (0.0, 10.0)


def test_the_view_shows_the_chart_and_belongs_to_its_owner_not_to_the_layout(scene: Any, plot: Plot) -> None:
    assert plot.view_node.GetPlotChartNode() is plot.chart_node
    assert plot.view_node.GetParentLayoutNode() is scene.GetFirstNodeByClass("vtkMRMLScriptedModuleNode")


def test_showing_again_changes_the_same_nodes_and_says_so_once(scene: Any, plot: Plot) -> None:
    plot.show(chart(line("right", 1, 2), line("left", 3)))
    before, heard = count(scene), []
    plot.chart_node.AddObserver("ModifiedEvent", lambda *_: heard.append(1))
    plot.show(chart(line("right", 7, 8), line("left", 9)))
    assert (plotted(plot, 0), plotted(plot, 1)) == ([7.0, 8.0], [9.0])
    assert count(scene) == before
    assert len(heard) == 1


def test_series_that_are_no_longer_needed_leave_the_chart_and_come_back(plot: Plot) -> None:
    plot.show(chart(line("right", 1), line("left", 2), line("levels", 3)))
    plot.show(chart(line("right", 1)))
    assert plot.chart_node.GetNumberOfPlotSeriesNodes() == 1
    plot.show(chart(line("right", 1), line("left", 5)))
    assert plotted(plot, 1) == [5.0]


def test_the_users_zoom_stays_while_the_axes_need_not_change(plot: Plot) -> None:
    plot.show(chart(line("right", 1)))
    plot.chart_node.SetXAxisRange(2.0, 3.0)
    plot.show(chart(line("right", 2)))
    assert plot.chart_node.GetXAxisRange() == (2.0, 3.0)
    plot.show(chart(line("right", 20), y_range=(0.0, 30.0)))
    assert plot.chart_node.GetXAxisRange() == (0.0, 5.0)


def test_a_series_is_found_by_its_node(plot: Plot) -> None:
    plot.show(chart(line("right", 1), line("left", 2)))
    assert plot.series_index(plot.chart_node.GetNthPlotSeriesNodeID(1)) == 1
    assert plot.series_index("vtkMRMLPlotSeriesNode99") is None


def test_nothing_is_listed_saved_or_left_behind(scene: Any) -> None:
    before = count(scene)
    plot = Plot(scene, "Profile")
    plot.show(chart(line("right", 1), line("left", 2)))
    made = [scene.GetNthNode(n) for n in range(before, count(scene))]
    assert len(made) == 6
    assert all(node.GetHideFromEditors() and not node.GetSaveWithScene() for node in made)
    plot.remove()
    plot.remove()
    assert count(scene) == before


def test_a_scene_that_was_emptied_meanwhile_is_no_problem(scene: Any, plot: Plot) -> None:
    plot.show(chart(line("right", 1)))
    scene.Clear(False)
    plot.remove()
