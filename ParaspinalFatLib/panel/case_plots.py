"""The two plots of a case in their widgets: the profile along the spine, whose points can be clicked, and the histogram."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ParaspinalFatLib.fat.muscle_histogram import muscle_histogram
from ParaspinalFatLib.fat.muscle_voxels import MuscleVoxels
from ParaspinalFatLib.imaging.roles import Images
from ParaspinalFatLib.measurement.profile import Point, Profile, profile_of
from ParaspinalFatLib.measurement.result import Measurement
from ParaspinalFatLib.scene.charts import histogram_chart, profile_chart
from ParaspinalFatLib.scene.plots import Plot


class CasePlots:
    """Shows profile and histogram of one muscle.

    Args:
        profile_widget, histogram_widget: qMRMLPlotWidget.
        on_place: called with the place (RAS mm) of a point that was clicked.
    """

    def __init__(self, profile_widget: Any, histogram_widget: Any, on_place: Callable[[Point], None]) -> None:
        self._widgets = (profile_widget, histogram_widget)
        self._on_place = on_place
        self._plots: tuple[Plot, Plot] | None = None
        self._profile: Profile | None = None
        for widget in self._widgets:
            widget.plotController().setVisible(False)
            widget.setVisible(False)
        profile_widget.plotView().dataSelected.connect(self._on_selected)

    def show(self, scene: Any, owner: Any, measurement: Measurement, structure: str, column: str) -> None:
        """Show the profile of a muscle.

        Args:
            scene: vtkMRMLScene in which the plots are made when they are first needed.
            owner: the node that the plots' views belong to.
            measurement: the present figures.
            structure: abbreviation of the muscle.
            column: one of ``profile.PROFILE_COLUMNS``.
        """
        profile, _histogram = self._made(scene, owner)
        self._profile = profile_of(measurement, structure, column)
        profile.show(profile_chart(self._profile))
        self._widgets[0].setVisible(True)

    def show_histogram(
        self, scene: Any, owner: Any, inside: MuscleVoxels, images: Images, measurement: Measurement, structure: str
    ) -> None:
        """Show the histogram of a muscle, or hide it where there is nothing to count; arguments as in :meth:`show`."""
        _profile, plot = self._made(scene, owner)
        histogram = muscle_histogram(inside, images, measurement.fat_map, structure)
        if histogram is not None:
            plot.show(histogram_chart(histogram, structure))
        self._widgets[1].setVisible(histogram is not None)

    def remove(self) -> None:
        """Take the plots out of the widgets and out of the scene."""
        for widget in self._widgets:
            widget.setMRMLPlotViewNode(None)
            widget.setVisible(False)
        for plot in self._plots or ():
            plot.remove()
        self._plots = self._profile = None

    def _made(self, scene: Any, owner: Any) -> tuple[Plot, Plot]:
        if self._plots is None:
            self._plots = Plot(scene, "ParaspinalFat profile", owner), Plot(scene, "ParaspinalFat histogram", owner)
            for widget, plot in zip(self._widgets, self._plots, strict=True):
                widget.setMRMLPlotViewNode(plot.view_node)
        return self._plots

    def _on_selected(self, series_ids: Any, selections: Any) -> None:
        """Slicer tells the series whose points are selected, and for each the numbers of its points."""
        if self._plots is None or self._profile is None:
            return
        sides = list(self._profile.points.values())
        for n in range(series_ids.GetNumberOfValues()):
            series = self._plots[0].series_index(series_ids.GetValue(n))
            numbers = selections.GetItemAsObject(n)
            if series is not None and series < len(sides) and numbers.GetNumberOfValues() > 0:
                point = numbers.GetValue(0)
                if point < len(sides[series]):
                    self._on_place(sides[series][point].centroid)
                    return
