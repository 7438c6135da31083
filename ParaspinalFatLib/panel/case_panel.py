"""CasePanel: from the chosen volumes to a segmentation and a table, while Slicer stays usable."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from ParaspinalFatLib import case
from ParaspinalFatLib.case import FinishedCase, MeasurementSettings
from ParaspinalFatLib.errors import InputError, ParaspinalFatError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Images, Role, segmentation_role
from ParaspinalFatLib.panel.inputs import chosen_volumes, fat_parameters, intention, obstacle
from ParaspinalFatLib.panel.network_process import Listener, NetworkProcess
from ParaspinalFatLib.panel.result_table import show_overview
from ParaspinalFatLib.panel.sections import Section, made_sections
from ParaspinalFatLib.scene.levels import levels_of
from ParaspinalFatLib.scene.logic import SceneLogic, worker_python
from ParaspinalFatLib.scene.translation import tr as _

PERCENT = 100


class CasePanel:
    """What the panel's widgets do. The parameter node holds all choices and results; here is only a run in progress.

    Args:
        ui: the widgets of ParaspinalFat.ui by name.
        logic: what outlines and measures.
        section_uis: the widgets of the sections beside Inputs, by the section's name.
        network: makes the network's process; another one in tests.
    """

    def __init__(
        self,
        ui: Any,
        logic: SceneLogic,
        section_uis: Mapping[str, Any] | None = None,
        network: Callable[..., Any] = NetworkProcess,
    ) -> None:
        self._ui = ui
        self._logic = logic
        self._network = network
        self._parameters: Any = None
        self._process: Any = None
        ui.applyButton.clicked.connect(self.on_apply_or_cancel)
        ui.measureButton.clicked.connect(self.on_measure)
        self.live_case: Any = None
        self._sections: dict[str, Section] = made_sections(section_uis or {}, logic, self)
        self.update()

    @property
    def running(self) -> bool:
        """Whether the network is at work."""
        return self._process is not None

    def set_parameters(self, parameters: Any) -> None:
        """Work with another parameter node (wrapped), or with none while the scene is closed; a run is stopped."""
        if self.running:
            self.stop()
            self.say(_("Stopped, because the scene was closed or replaced."))
        self._parameters = parameters
        for section in self._sections.values():
            section.set_parameters(parameters)
        self.update()

    def enter(self) -> None:
        """The module is shown."""
        for section in self._sections.values():
            section.enter()

    def exit(self) -> None:
        """Another module is shown."""
        for section in self._sections.values():
            section.exit()

    def close(self) -> None:
        """The panel goes."""
        for section in self._sections.values():
            section.close()

    def update(self, *_event: Any) -> None:
        """Bring buttons and tables up to date with the parameter node."""
        volumes = {} if self._parameters is None else chosen_volumes(self._parameters)
        table = None if self._parameters is None else self._parameters.table
        segmentation = None if self._parameters is None else self._parameters.segmentation
        reason, plan = self._outlook(volumes)
        button = self._ui.applyButton
        button.setText(_("Cancel") if self.running else _("Apply"))
        button.setEnabled(self.running or not reason)
        button.setToolTip(_("Stop; nothing is changed.") if self.running else reason or plan)
        self._ui.measureButton.setEnabled(not self.running and not reason and segmentation is not None)
        if not self.running:
            self._ui.progressBar.setVisible(False)
            self._ui.hintLabel.setText(reason or plan)
        show_overview(self._ui.overviewTable, table)
        for section in self._sections.values():
            section.update()

    def paint(self, identifier: str, slice_index: int | None = None) -> None:
        """Open the section Correct and paint a structure ("MF_right"), on a slice (k of the volume) if one is given."""
        self._ui.correctCollapsibleButton.collapsed = False
        self._sections["Correct"].paint(identifier, slice_index)

    def on_apply_or_cancel(self, *_checked: Any) -> None:
        """Start a run, or stop the one in progress."""
        if self.running:
            self.stop()
            self.say(_("Cancelled; nothing was changed."))
        else:
            self.reported(self._start)
        self.update()

    def on_measure(self, *_checked: Any) -> None:
        """Measure the present segmentation, edited or not, without the network."""
        self.reported(self._measure)
        self.update()

    def stop(self) -> None:
        """End a run in progress; the scene stays as it was."""
        if self._process is not None:
            process, self._process = self._process, None
            process.stop()

    def _outlook(self, volumes: dict[Role, Any]) -> tuple[str, str]:
        """Why Apply cannot run, or else what it will do."""
        method = "auto" if self._parameters is None else self._parameters.fatMethod
        reason = obstacle(volumes, None, method)
        if reason:
            return reason, ""
        try:
            images = self._logic.images(volumes)
        except ParaspinalFatError as error:
            return str(error), ""
        reason = obstacle(volumes, images, method)
        return reason, "" if reason else intention(volumes, images, method)

    def _start(self) -> None:
        volumes = chosen_volumes(self._parameters)
        settings = self._settings()
        images = self._logic.images(volumes)

        def show(labels: Image) -> None:
            self._process = None
            self.reported(lambda: self._show(volumes, images, labels, settings))
            self.update()

        def fail(error: ParaspinalFatError) -> None:
            self._process = None
            self.say(str(error))
            self.update()

        image = images[segmentation_role(images)]
        listener = Listener(self._progress, show, fail)
        self._process = self._network(image, self._parameters.device, worker_python(), listener)
        self._ui.progressBar.setValue(0)
        self._ui.progressBar.setVisible(True)
        self.say(_("Starting the network"))
        self._process.start()

    def _show(self, volumes: dict[Role, Any], images: Images, labels: Image, settings: MeasurementSettings) -> None:
        for volume in volumes.values():
            if volume.GetScene() is None:
                name = volume.GetName()
                raise InputError(f"The volume {name} was removed while the network was at work. Nothing was changed.")
        finished = FinishedCase(labels, case.measure(images, labels, settings))
        nodes = self._logic.show(volumes, finished, self._parameters.segmentation, self._parameters.table)
        self._parameters.segmentation = nodes.segmentation
        self._parameters.table = nodes.table
        self.say("\n".join([_("Done."), *finished.measurement.remarks]))

    def _measure(self) -> None:
        volumes = chosen_volumes(self._parameters)
        table = self._logic.measure(volumes, self._parameters.segmentation, self._settings(), self._parameters.table)
        self._parameters.table = table
        self.say(_("Measured."))

    def _settings(self) -> MeasurementSettings:
        points, method = self._parameters.levels, self._parameters.fatMethod
        levels = () if points is None else levels_of(points)
        return MeasurementSettings(method, fat_parameters(self._parameters), levels=levels)

    def _progress(self, fraction: float, message: str) -> None:
        self._ui.progressBar.setValue(int(PERCENT * fraction))
        self.say(message)

    def say(self, text: str) -> None:
        """Show a sentence in the panel's status line."""
        self._ui.statusLabel.setText(text)

    def reported(self, step: Callable[[], None]) -> None:
        """Do a step; say what goes wrong in the panel instead of in a pop-up."""
        try:
            step()
        except ParaspinalFatError as error:
            self.say(str(error))
        except Exception as error:
            logging.exception("ParaspinalFat: unexpected error")
            self.say(_("An error of this program; the scene was not changed: {error}").format(error=error))
