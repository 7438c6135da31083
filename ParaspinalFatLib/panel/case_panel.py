"""CasePanel: from the chosen volumes to a segmentation whose numbers follow its edits, while Slicer stays usable."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast

import qt

from ParaspinalFatLib.case import MeasurementSettings, lacks_learned_fraction
from ParaspinalFatLib.errors import MissingPackageError, ParaspinalFatError
from ParaspinalFatLib.fat.learned import PredictedFraction
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.panel.inputs_section import InputsSection
from ParaspinalFatLib.panel.install import InstallOffer
from ParaspinalFatLib.panel.live import REST_MS, Live
from ParaspinalFatLib.panel.network_process import NetworkProcess
from ParaspinalFatLib.panel.network_run import FatRun, NetworkRun, Outlined
from ParaspinalFatLib.panel.run_control import RunControl
from ParaspinalFatLib.panel.sections import Painter, Section, made_sections
from ParaspinalFatLib.panel.steps import Work
from ParaspinalFatLib.scene.level_names import level_names_of
from ParaspinalFatLib.scene.levels_watch import LevelsWatch
from ParaspinalFatLib.scene.live_case import LiveCase
from ParaspinalFatLib.scene.logic import SceneLogic, worker_python
from ParaspinalFatLib.scene.translation import tr as _


class CasePanel:
    """What the panel's widgets do. The parameter node holds all choices and results; here are a run and the live case.

    Args:
        ui: the widgets of ParaspinalFat.ui by name.
        logic: what outlines and measures.
        scene: gives the vtkMRMLScene.
        section_uis: the widgets of the sections beside Inputs, by the section's name.
        network: makes the network's process; another one in tests.
    """

    def __init__(
        self,
        ui: Any,
        logic: SceneLogic,
        scene: Callable[[], Any],
        section_uis: Mapping[str, Any] | None = None,
        network: Callable[..., Any] = NetworkProcess,
    ) -> None:
        self._ui = ui
        self._logic = logic
        self._network = network
        self._parameters: Any = None
        self._run = RunControl(ui, self.say)
        self._live = Live(logic, self._case_changed, self.tell_error)
        self._rest = qt.QTimer()
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self.update)
        self._levels = LevelsWatch(self._rest.start)
        self.inputs = InputsSection(ui, logic, scene)
        self._offer = InstallOffer(ui.installButton, self.say)
        ui.applyButton.clicked.connect(self.on_apply_or_cancel)
        ui.measureButton.clicked.connect(self.on_measure)
        ui.allCollapsibleButton.contentsCollapsed.connect(self._show_all_measurements)
        self._sections: dict[str, Section] = made_sections(section_uis or {}, logic, self)
        self.update()

    @property
    def running(self) -> bool:
        """Whether the network is at work."""
        return self._run.running

    @property
    def live_case(self) -> LiveCase | None:
        """The case that is open, whose numbers follow its edits."""
        return self._live.case

    def set_parameters(self, parameters: Any) -> None:
        """Work with another parameter node (wrapped), or with none while the scene is closed; a run is stopped."""
        if self.running:
            self.stop()
            self.say(_("Stopped, because the scene was closed or replaced."))
        self._live.close()
        self._parameters = parameters
        self.inputs.set_parameters(parameters)
        for section in self._sections.values():
            section.set_parameters(parameters)
        self.update()

    def enter(self) -> None:
        """The module is shown."""
        self.inputs.enter()
        for section in self._sections.values():
            section.enter()

    def exit(self) -> None:
        """Another module is shown."""
        self.inputs.exit()
        for section in self._sections.values():
            section.exit()

    def close(self) -> None:
        """The panel goes."""
        self.stop()
        self._live.close()
        self._ui.tableView.setMRMLTableNode(None)
        self._levels.follow(None)
        self._rest.stop()
        self.inputs.exit()
        for section in self._sections.values():
            section.close()

    def update(self, *_event: Any) -> None:
        """Bring the panel up to date with the parameter node and the case."""
        self.inputs.update()
        reason, plan = self.inputs.outlook()
        segmentation = None if self._parameters is None else self._parameters.segmentation
        if not self.running:
            self._follow(reason, segmentation)
        button = self._ui.applyButton
        button.setText(_("Cancel") if self.running else _("Apply"))
        button.setEnabled(self.running or not reason)
        button.setToolTip(_("Stop; nothing is changed.") if self.running else reason or plan)
        self._ui.measureButton.setEnabled(not self.running and not reason and segmentation is not None)
        self._ui.hintLabel.setText(reason or plan)
        self._show_all_measurements()
        for section in self._sections.values():
            section.update()

    def _table(self) -> Any:
        return None if self._parameters is None else self._parameters.table

    def _show_all_measurements(self, *_collapsed: Any) -> None:
        """Only where it is looked at: the view rebuilds all its cells with each change of the table."""
        shown = None if self._ui.allCollapsibleButton.collapsed else self._table()
        if self._ui.tableView.mrmlTableNode() is not shown:
            self._ui.tableView.setMRMLTableNode(shown)

    def paint(self, identifier: str, slice_index: int | None = None) -> None:
        """Open the section Correct and paint a structure ("MF_right"), on a slice (as the table counts) if one is given."""
        self._ui.correctCollapsibleButton.collapsed = False
        cast(Painter, self._sections["Correct"]).paint(identifier, slice_index)

    def on_apply_or_cancel(self, *_checked: Any) -> None:
        """Start a run, or stop the one in progress."""
        if self._run.in_scene:
            return  # too late to cancel: a moment later the button says Apply again
        if self.running:
            self.stop()
            self.say(_("Cancelled; nothing was changed."))
        else:
            self.reported(self._start)
        self.update()

    def on_measure(self, *_checked: Any) -> None:
        """Measure the present segmentation, edited or not. Nothing is outlined; only the fat method ``learned`` needs its
        network, where it has not looked at this image yet."""
        self.reported(self._measure)
        self.update()

    def stop(self) -> None:
        """End a run in progress; the scene stays as it was."""
        self._run.stop()

    def say(self, text: str) -> None:
        """Show a sentence in the panel's status line."""
        self._ui.statusLabel.setText(text)

    def reported(self, step: Callable[[], None]) -> None:
        """Do a step; say what goes wrong in the panel instead of in a pop-up."""
        try:
            step()
        except Exception as error:
            self.tell_error(error)

    def tell_error(self, error: Exception) -> None:
        """Say what went wrong; what is no error of the user's goes into the log as well."""
        if isinstance(error, ParaspinalFatError):
            self.say(str(error))
            return
        logging.error("ParaspinalFat: unexpected error", exc_info=error)
        self.say(_("An error of this program; the scene was not changed: {error}").format(error=error))

    def _case_changed(self) -> None:
        """The case came or went, or was measured."""
        case = self._live.case
        if case is not None and not self.running and self._parameters.table is not case.table:
            self._parameters.table = case.table  # the update comes with it
        else:
            self.update()

    def _follow(self, obstacle: str, segmentation: Any) -> None:
        """Have the selected case open, if one is selected, and measured as the settings say."""
        self._levels.follow(None if self._parameters is None else self._parameters.levels)
        if segmentation is None or segmentation.GetScene() is None or obstacle:
            self._live.close()
            return
        self._live.author = self._parameters.initials
        settings = level_names_of(segmentation).applied(self.inputs.settings())
        self._live.follow(self.inputs.volumes(), segmentation, self._parameters.table, settings)

    def _start(self) -> None:
        volumes, settings, device = self.inputs.volumes(), self.inputs.settings(), self._parameters.device
        images, naming = self._logic.images(volumes), self.inputs.naming(settings)
        self._offer.withdraw()
        self._run.begin(
            lambda reports: NetworkRun(images, settings, device, self._made_network, reports, naming),
            partial(self._finish, volumes, settings),
            self._not_done,
        )

    def _made_network(self, image: Any, request: Any, listener: Any) -> Any:
        return self._network(image, request, worker_python(), listener)

    def _finish(self, volumes: Mapping[Role, Any], settings: MeasurementSettings, outlined: Outlined) -> Work:
        """Measure what a run has outlined, bring it into the scene, and open its case."""
        self._live.close()
        parameters = self._parameters
        nodes = yield from self._logic.finishing(
            volumes,
            outlined.labels,
            settings,
            parameters.segmentation,
            parameters.table,
            outlined.told,
            outlined.learned_fraction,
            outlined.names,
        )
        self._run.in_scene = True  # and stays there
        self.say("\n".join([_("Done."), *nodes.finished.measurement.remarks]))
        yield None
        named = nodes.finished.names.applied(settings)
        self._live.adopt(LiveCase(self._logic, volumes, nodes.segmentation, nodes.table, named, session=nodes.session))
        yield None
        parameters.segmentation = nodes.segmentation
        yield None
        parameters.table = nodes.table
        yield None
        self._run.is_over()
        self.update()

    def _finish_fat(self, volumes: Mapping[Role, Any], predicted: PredictedFraction) -> Work:
        """Keep the fat fraction of a case, and measure the outlines as they are now."""
        self._logic.keep_fat(volumes, predicted)
        self._run.in_scene = True  # and stays there
        self._live.close()
        yield None
        self._run.is_over()
        self.say("")
        self.update()

    def _not_done(self, error: Exception) -> None:
        self.stop()
        self.tell_error(error)
        if isinstance(error, MissingPackageError):
            self._offer.make()
        self.update()

    def _measure(self) -> None:
        volumes, settings = self.inputs.volumes(), self.inputs.settings()
        images = self._logic.images(volumes)
        if lacks_learned_fraction(images, settings):
            self._offer.withdraw()
            device = self._parameters.device
            self._run.begin(
                lambda reports: FatRun(images, settings, device, self._made_network, reports),
                partial(self._finish_fat, volumes),
                self._not_done,
            )
            return
        self._live.close()
        self._follow("", self._parameters.segmentation)
        self.say("")
