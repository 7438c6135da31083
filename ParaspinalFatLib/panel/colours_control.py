"""The switch and the opacity of the fat colours over the image."""

from __future__ import annotations

from typing import Any

from ParaspinalFatLib.fat.muscle_voxels import MuscleVoxels
from ParaspinalFatLib.imaging.roles import segmentation_role
from ParaspinalFatLib.scene.fat_overlay import FatOverlay

PERCENT = 100


class ColoursControl:
    """Check box and slider; the choices are in the parameter node.

    Args:
        ui: with ``coloursCheckBox`` and ``opacitySlider``.
    """

    def __init__(self, ui: Any) -> None:
        self._ui = ui
        self._parameters: Any = None
        self._overlay: FatOverlay | None = None
        self._filling = False
        ui.coloursCheckBox.toggled.connect(self._on_toggled)
        ui.opacitySlider.valueChanged.connect(self._on_opacity)

    def set_parameters(self, parameters: Any) -> None:
        """Work with another parameter node (wrapped), or with none."""
        self._parameters = parameters

    def show(self, case: Any, inside: MuscleVoxels) -> None:
        """Show, or take away, the colours of a case as the parameter node says.

        Args:
            case: the live case.
            inside: its muscle voxels.
        """
        parameters = self._parameters
        self._filling = True
        self._ui.coloursCheckBox.setChecked(parameters.fatColours)
        self._ui.opacitySlider.setValue(round(PERCENT * parameters.fatOpacity))
        self._filling = False
        if not parameters.fatColours:
            self.hide()
            return
        if self._overlay is None:
            self._overlay = FatOverlay(case.segmentation.GetScene())
        volume = case.volumes[segmentation_role(case.volumes)]
        self._overlay.show(volume, inside, case.measurement.fat_map, parameters.fatOpacity)
        self._overlay.set_opacity(parameters.fatOpacity)

    def hide(self) -> None:
        """Take the colours out of the views and the scene; the choices stay as they are."""
        if self._overlay is not None:
            overlay, self._overlay = self._overlay, None
            overlay.hide()

    def _on_toggled(self, shown: bool) -> None:
        if not self._filling and self._parameters is not None:
            self._parameters.fatColours = bool(shown)

    def _on_opacity(self, percent: int) -> None:
        if not self._filling and self._parameters is not None:
            self._parameters.fatOpacity = percent / PERCENT
