"""The slider of the threshold: numbers, colours and the line in the histogram follow it while it is dragged."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import qt

from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.fat.methods import AUTO, METHODS
from ParaspinalFatLib.fat.muscle_histogram import parted_image, signal_range, thresholds_of
from ParaspinalFatLib.fat.muscle_voxels import MuscleVoxels
from ParaspinalFatLib.fat.user_threshold import METHOD
from ParaspinalFatLib.fat.validity import MUSCLES
from ParaspinalFatLib.imaging.roles import Images, Role
from ParaspinalFatLib.scene.translation import tr as _

REST_MS = 40
"""The slider has to rest so long before the threshold is applied, so that dragging never queues up work."""

DIGITS = 3
"""Of the range in which the threshold is chosen: at least 100 steps from end to end."""


class ThresholdControl:
    """Slider, button and hint.

    Args:
        ui: with ``thresholdSlider`` (ctkSliderWidget), ``automaticButton`` and ``thresholdHint``.
        on_method: called with the method's name and the threshold (None for a method that finds its own).
    """

    def __init__(self, ui: Any, on_method: Callable[[str, float | None], None]) -> None:
        self._ui = ui
        self._on_method = on_method
        self._showing = False
        self._ranged: tuple[MuscleVoxels, Role, tuple[float, float] | None] | None = None
        self._waiting: float | None = None
        self._timer = qt.QTimer()
        self._timer.setSingleShot(True)
        self._timer.setInterval(REST_MS)
        self._timer.timeout.connect(self.apply)
        ui.thresholdSlider.valueChanged.connect(self._on_moved)
        ui.automaticButton.clicked.connect(lambda *_checked: self._on_method(AUTO, None))

    def show(self, inside: MuscleVoxels, images: Images, fat_map: FatMap) -> float | None:
        """Show the threshold of the present fat map, and between which signals it can be chosen.

        Returns:
            The threshold shown, of several found their mean; None if there is none.
        """
        role = parted_image(fat_map)
        limits = None if role is None else self._limits(inside, role, images)
        if limits is None:
            self.disable(_("Only methods that part muscle from fat by a threshold have one (T1 and T2 images)."))
            return None
        by_hand = fat_map.method == METHOD
        self._ui.thresholdSlider.setEnabled(True)
        self._ui.automaticButton.setEnabled(by_hand)
        found = sorted({threshold for muscle in MUSCLES for threshold in thresholds_of(fat_map, muscle)})
        self._ui.thresholdHint.setText(_hint(fat_map.method, found))
        if not found:
            return None
        threshold = sum(found) / len(found)
        if self._waiting is None:
            self._place(limits, threshold)
        return threshold

    def disable(self, why: str) -> None:
        """There is no threshold to set."""
        self._ranged = None
        self._waiting = None
        self._timer.stop()
        self._ui.thresholdSlider.setEnabled(False)
        self._ui.automaticButton.setEnabled(False)
        self._ui.thresholdHint.setText(why)

    def apply(self) -> None:
        """Apply the threshold that the slider was moved to, if that has not happened yet."""
        threshold, self._waiting = self._waiting, None
        self._timer.stop()
        if threshold is not None:
            self._on_method(METHOD, threshold)

    def _limits(self, inside: MuscleVoxels, role: Role, images: Images) -> tuple[float, float] | None:
        """Between which signals a threshold can be chosen; looked at once for the same voxels of the same image."""
        if self._ranged is None or self._ranged[0] is not inside or self._ranged[1] is not role:
            self._ranged = inside, role, signal_range(inside, images[role])
        return self._ranged[2]

    def _place(self, limits: tuple[float, float], threshold: float) -> None:
        low, high = min(limits[0], threshold), max(limits[1], threshold)
        slider = self._ui.thresholdSlider
        self._showing = True
        try:
            decimals = _decimals(high - low)
            slider.decimals = decimals
            slider.minimum, slider.maximum = low, high
            slider.singleStep = 10.0**-decimals
            slider.setValue(threshold)
        finally:
            self._showing = False

    def _on_moved(self, threshold: float) -> None:
        if not self._showing:
            self._waiting = float(threshold)
            self._timer.start()


def _decimals(extent: float) -> int:
    """Decimal places that show a range in steps of its last digit; none for images of whole numbers in the hundreds."""
    return max(0, DIGITS - 1 - math.floor(math.log10(extent))) if extent > 0 else 0


def _hint(method: str, found: list[float]) -> str:
    if method == METHOD:
        return _("Threshold set by hand, in the unit of the image: not validated in any muscle.")
    if not found:
        return _("{method}: no threshold was found.").format(method=METHODS[method].title)
    values = f"{found[0]:g}" if len(found) == 1 else f"{found[0]:g} to {found[-1]:g}"
    return _("{method}: {values}. Move the slider to set one threshold by hand for all muscles.").format(
        method=METHODS[method].title, values=values
    )
