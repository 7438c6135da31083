"""The section Inputs: which images, what they show, and what can be done with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import qt

from ParaspinalFatLib.case import MeasurementSettings
from ParaspinalFatLib.errors import ParaspinalFatError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.level_naming import names_wanted
from ParaspinalFatLib.panel.inputs import (
    ROLE_PARAMETERS,
    chosen_volumes,
    fat_method_titles,
    fat_parameters,
    intention,
    obstacle,
    proposal_text,
    shown_contrast,
)
from ParaspinalFatLib.panel.network_run import Naming
from ParaspinalFatLib.scene.level_names import level_names_of, names_by_reader
from ParaspinalFatLib.scene.levels import levels_of
from ParaspinalFatLib.scene.logic import SceneLogic
from ParaspinalFatLib.scene.recognition import proposed_volumes, recognised_volume, require_one_frame
from ParaspinalFatLib.scene.volumes import image_of

SETTLING_MS = 300
"""After nodes came or went, wait this long: loading adds many, and names and tags come after the node."""


class InputsSection:
    """Shows what the selected images are, proposes images that belong to a case, and says what Apply would do.

    Args:
        ui: the widgets of ParaspinalFat.ui by name.
        logic: reads the images.
        scene: gives the vtkMRMLScene to look for images in.
    """

    def __init__(self, ui: Any, logic: SceneLogic, scene: Callable[[], Any]) -> None:
        self._ui = ui
        self._logic = logic
        self._scene = scene
        self._parameters: Any = None
        self._proposed: dict[Role, Any] = {}
        self._chosen: dict[Role, str] | None = None
        self._shown = False
        self._settling = qt.QTimer()
        self._settling.setSingleShot(True)
        self._settling.setInterval(SETTLING_MS)
        self._settling.timeout.connect(self.look_again)
        ui.proposalButton.clicked.connect(self.on_use)

    def set_parameters(self, parameters: Any) -> None:
        """Work with another parameter node (wrapped), or with none."""
        self._parameters = parameters
        self._chosen = None
        self._settling.stop()
        if parameters is not None:  # connecting filled the box with the parameter's values; it is read by index
            for index, title in enumerate(fat_method_titles()):
                self._ui.fatMethodComboBox.setItemText(index, title)

    def enter(self) -> None:
        """The module is shown: look for images."""
        self._shown = True
        self.look_again()

    def exit(self) -> None:
        """Nothing is looked for while another module is shown."""
        self._shown = False
        self._settling.stop()

    def volumes(self) -> dict[Role, Any]:
        """The selected volumes."""
        return {} if self._parameters is None else chosen_volumes(self._parameters)

    def update(self) -> None:
        """Show what is selected; looks for proposals only when the selection changed."""
        chosen = {role: str(volume.GetID()) for role, volume in self.volumes().items()}
        if chosen != self._chosen:
            self._chosen = chosen
            self.look_again()
        self._show_naming()

    def nodes_changed(self, *_event: Any) -> None:
        """Nodes came or went: look for proposals as soon as no more do."""
        if self._shown:
            self._settling.start()

    def look_again(self) -> None:
        """Recognise the images of the scene."""
        volumes = self.volumes()
        self._proposed = {} if self._parameters is None else proposed_volumes(self._scene(), volumes)
        text = proposal_text(self._proposed)
        self._ui.proposalLabel.setText(text)
        self._ui.proposalLabel.setVisible(bool(text))
        self._ui.proposalButton.setVisible(bool(text))
        self._ui.contrastLabel.setText(shown_contrast(volumes, recognised_volume))

    def on_use(self, *_checked: Any) -> None:
        """Select what was proposed."""
        proposed = {role: volume for role, volume in self._proposed.items() if volume.GetScene() is not None}
        was_modifying = self._parameters.StartModify()
        try:
            for role, volume in proposed.items():
                setattr(self._parameters, ROLE_PARAMETERS[role], volume)
        finally:
            self._parameters.EndModify(was_modifying)

    def settings(self) -> MeasurementSettings:
        """What to measure and how.

        Raises:
            InputError: the point list for the levels has no point, or one without a label.
        """
        points, method = self._parameters.levels, self._parameters.fatMethod
        levels = () if points is None else levels_of(points)
        return MeasurementSettings(method, fat_parameters(self._parameters), levels=levels)

    def naming(self, settings: MeasurementSettings) -> Naming:
        """How a run names the levels: looked for where that is chosen and nobody has said any names.

        Raises:
            InputError, GeometryError: the sagittal series cannot be used.
        """
        given = names_by_reader(self._parameters.segmentation)
        if not self._parameters.nameLevels or given.places or not names_wanted(settings):
            return Naming()
        return Naming(wanted=True, sagittal=self._sagittal())

    def _sagittal(self) -> Image | None:
        volume = self._parameters.sagittalVolume
        if volume is None:
            return None
        for other in self.volumes().values():
            require_one_frame(volume, other)
        return image_of(volume)

    def _show_naming(self) -> None:
        """What is known about the names of the levels of the selected case."""
        parameters = self._parameters
        told = () if parameters is None else level_names_of(parameters.segmentation).told
        text = "\n".join(one.sentence for one in told)
        self._ui.namingLabel.setText(text)
        self._ui.namingLabel.setVisible(bool(text))
        self._ui.sagittalSelector.setEnabled(parameters is not None and parameters.nameLevels)

    def outlook(self) -> tuple[str, str]:
        """Why the selected images cannot be processed, or else what Apply will do with them."""
        volumes = self.volumes()
        method = "auto" if self._parameters is None else self._parameters.fatMethod
        reason = obstacle(volumes, None, method)
        if reason:
            return reason, ""
        try:
            images = self._logic.images(volumes)
            self.settings()
        except ParaspinalFatError as error:
            return str(error), ""
        reason = obstacle(volumes, images, method)
        return reason, "" if reason else intention(volumes, images, method)
