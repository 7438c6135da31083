"""Keeps the case that the panel shows: opened when there is a segmentation, measured anew when the hand rests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import qt

from ParaspinalFatLib.case import CaseSession, MeasurementSettings
from ParaspinalFatLib.imaging.roles import Role, segmentation_role
from ParaspinalFatLib.panel.steps import Steps, Work
from ParaspinalFatLib.scene.case_nodes import with_remarks
from ParaspinalFatLib.scene.level_names import told_about
from ParaspinalFatLib.scene.live_case import LiveCase
from ParaspinalFatLib.scene.logic import SceneLogic
from ParaspinalFatLib.scene.segmentations import labels_of

REST_MS = 50
"""Numbers follow when nothing was edited for this long. Editing effects write at the end of a stroke, so one stroke is one
edit; several strokes in a row are measured together."""


class Live:
    """Opens, measures and closes the panel's live case.

    Args:
        logic: reads images and makes the table.
        changed: called when the case came or went, and after each measurement.
        failed: called with what went wrong.

    Attributes:
        case: the open case, or None.
        author: initials to be recorded with edits.
    """

    def __init__(self, logic: SceneLogic, changed: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        self._logic = logic
        self._changed = changed
        self._failed = failed
        self._key: tuple[Any, ...] | None = None
        self._refused: MeasurementSettings | None = None
        self._opening: Steps | None = None
        self.case: LiveCase | None = None
        self.author = ""
        self._rest = qt.QTimer()
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self.measure)

    @property
    def opening(self) -> bool:
        """Whether a case is about to be open."""
        return self._opening is not None

    def follow(self, volumes: Mapping[Role, Any], segmentation: Any, table: Any, settings: MeasurementSettings) -> None:
        """Have the case of these nodes open: the present one if it is theirs, or another one a moment later."""
        key = _key_of(volumes, segmentation)
        if key == self._key:
            if self.case is not None:
                self.case.author = self.author
            self._measure_with(settings)
            return
        self.close()
        self._key = key
        self._opening = Steps(self._open(volumes, segmentation, table, settings), self._not_opened)
        self._opening.start()

    def _measure_with(self, settings: MeasurementSettings) -> None:
        """Measure the open case with other settings, if they are others than those it was measured with."""
        case = self.case
        if case is not None and settings not in (case.settings, self._refused):
            self._refused = settings  # so that settings that cannot be used are tried, and complained of, once
            self._attempt(lambda: case.set_settings(settings))

    def adopt(self, case: LiveCase) -> None:
        """Take over a case that is open."""
        self.close()
        self._key = _key_of(case.volumes, case.segmentation)
        self._take(case)

    def measure(self) -> None:
        """Measure what was edited, if anything was."""
        self._rest.stop()
        case = self.case
        if case is not None and case.dirty:
            self._attempt(case.recompute)

    def close(self) -> None:
        """Have no case open; its nodes stay."""
        self._rest.stop()
        self._key = None
        opening, self._opening = self._opening, None
        if opening is not None:
            opening.stop()
        case, self.case = self.case, None
        if case is not None:
            case.close()

    def _attempt(self, measure: Callable[[], object]) -> None:
        try:
            measure()
        except Exception as error:
            self._failed(error)

    def _open(self, volumes: Mapping[Role, Any], segmentation: Any, table: Any, settings: MeasurementSettings) -> Work:
        images = self._logic.images(volumes)
        segmented = labels_of(segmentation, volumes[segmentation_role(volumes)])
        told = told_about(segmentation)

        def measured() -> CaseSession:
            session = CaseSession(images, settings, told)
            session.measure(segmented.labels)
            return session

        session = yield measured
        measurement = with_remarks(session.measurement, segmented)
        table = self._logic.show_measurement(volumes, segmentation, measurement, table)
        self._opening = None
        self._take(LiveCase(self._logic, volumes, segmentation, table, settings, session=session))
        self._changed()

    def _take(self, case: LiveCase) -> None:
        self.case = case
        case.author = self.author
        case.on_dirty = self._rest.start
        case.on_lost = self._on_lost
        case.add_listener(self._changed)

    def _not_opened(self, error: Exception) -> None:
        """The key stays, so that the same case is not tried again with each turn; a measurement by hand does."""
        self._opening = None
        self._failed(error)
        self._changed()

    def _on_lost(self) -> None:
        self.close()
        self._changed()


def _key_of(volumes: Mapping[Role, Any], segmentation: Any) -> tuple[Any, ...]:
    """What tells one case from another."""
    return (*((role, volume.GetID()) for role, volume in volumes.items()), segmentation.GetID())
