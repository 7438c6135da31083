"""ReviewSection: a walk through the levels of a case with a verdict on each, and the export."""

from __future__ import annotations

from typing import Any

from ParaspinalFatLib.correction.review import LevelStatus, Verdict
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.measurement.grid import AxialGrid
from ParaspinalFatLib.measurement.level_spans import EVERYTHING
from ParaspinalFatLib.measurement.levels import nearest_slices
from ParaspinalFatLib.panel.cohort_controls import CohortControls
from ParaspinalFatLib.panel.export_controls import ExportControls
from ParaspinalFatLib.panel.levels_table import LevelsTable, verdict_text
from ParaspinalFatLib.panel.message import Message
from ParaspinalFatLib.panel.shortcuts import Shortcuts
from ParaspinalFatLib.panel.workplace import Workplace
from ParaspinalFatLib.scene.jump import jump_to
from ParaspinalFatLib.scene.level_names import name_level
from ParaspinalFatLib.scene.mask_display import is_filled, is_hidden, set_filled, set_hidden
from ParaspinalFatLib.scene.review import accepting, levels_to_review, review_of, set_verdict
from ParaspinalFatLib.scene.slice_places import place_in_slice
from ParaspinalFatLib.scene.translation import tr as _

NO_CASE = "Outline the muscles with Apply, or select a segmentation; then review it here, level by level."


class ReviewSection:
    """What the widgets of Review.ui do. Verdicts lie on the segmentation node; here is only which level is looked at.

    Args:
        ui: the widgets of Review.ui by name.
        logic: the module's logic.
        workplace: the panel, which holds the live case.
    """

    def __init__(self, ui: Any, logic: Any, workplace: Workplace) -> None:  # noqa: ARG002  sections are made alike
        self._ui = ui
        self._workplace = workplace
        self._parameters: Any = None
        self._seen: Any = None
        self._levels: tuple[LevelStatus, ...] = ()
        self._current = 0
        self._message = Message(ui.reviewMessageLabel)
        self._export = ExportControls(ui, lambda: self._case, self._message)
        self._cohort = CohortControls(ui, workplace, self._export.export)
        self._table = LevelsTable(ui.levelsTable, self._go, self._rename)
        self._keys = Shortcuts(
            {
                "N": lambda: self._step(1),
                "P": lambda: self._step(-1),
                "H": lambda: self._ui.hideCheckBox.toggle(),
                "O": lambda: self._ui.linesCheckBox.toggle(),
                "Shift+A": self._accept,
                "Shift+C": self._correct,
                "Shift+R": lambda: self._judge(Verdict.REJECTED),
            }
        )
        for button, action in (
            (ui.nextLevelButton, lambda: self._step(1)),
            (ui.previousLevelButton, lambda: self._step(-1)),
            (ui.acceptButton, self._accept),
            (ui.correctButton, self._correct),
            (ui.rejectButton, lambda: self._judge(Verdict.REJECTED)),
            (ui.reopenButton, lambda: self._judge(Verdict.OPEN)),
        ):
            button.clicked.connect(lambda *_checked, action=action: action())
        ui.hideCheckBox.toggled.connect(self._on_hide)
        ui.linesCheckBox.toggled.connect(self._on_lines)

    @property
    def _case(self) -> Any:
        return self._workplace.live_case

    def set_parameters(self, parameters: Any) -> None:
        """Work with another parameter node (wrapped), or with none while the scene is closed."""
        self._parameters = parameters
        self._cohort.set_parameters(parameters)
        self.update()

    def update(self) -> None:
        """Show the present case; what it shows already is left alone."""
        case = self._case
        self._export.update()
        self._cohort.update()
        if case is None:
            self._levels, self._seen = (), None
        else:
            self._look(case)
            self._ui.hideCheckBox.setChecked(is_hidden(case.segmentation))
            self._ui.linesCheckBox.setChecked(not is_filled(case.segmentation))
        for widget in (self._ui.hideCheckBox, self._ui.linesCheckBox):
            widget.setEnabled(case is not None)
        self._show()

    def enter(self) -> None:
        """The module is shown."""
        self._keys.install(self._ui.levelsTable.window())

    def exit(self) -> None:
        """Another module is shown: take the keys away."""
        self._keys.remove()

    def close(self) -> None:
        """The panel goes."""
        self._keys.remove()

    def _look(self, case: Any) -> None:
        """Bring the levels up to date, if outlines, levels or verdicts changed."""
        seen = (case, case.measurement, case.measured_labels, review_of(case.segmentation))
        before, self._seen = self._seen, seen
        is_new = before is None or before[0] is not case
        if is_new:
            self._current = 0
        elif all(new is old or new == old for new, old in zip(seen[1:], before[1:], strict=True)):
            return
        self._levels = levels_to_review(case.segmentation, case.measured_labels, case.measurement)
        self._current = min(self._current, len(self._levels) - 1)
        wanted = self._cohort.level_to_see(case.segmentation) if is_new else ""
        self._go(next((n for n, level in enumerate(self._levels) if wanted and level.level == wanted), -1))

    def _show(self) -> None:
        has_levels = bool(self._levels)
        for button in (
            self._ui.acceptButton,
            self._ui.correctButton,
            self._ui.rejectButton,
            self._ui.reopenButton,
            self._ui.levelsTable,
        ):
            button.setEnabled(has_levels)
        self._ui.previousLevelButton.setEnabled(has_levels and self._current > 0)
        self._ui.nextLevelButton.setEnabled(has_levels and self._current < len(self._levels) - 1)
        self._ui.levelTitleLabel.setText(_title(self._levels[self._current]) if has_levels else "")
        self._ui.reviewHintLabel.setText(_progress(self._levels) if has_levels else _(NO_CASE))
        self._table.show(self._levels, self._current)

    def _step(self, by: int) -> None:
        self._go(self._current + by)

    def _go(self, number: int) -> None:
        """Look at a level: the slice views jump to it."""
        if not 0 <= number < len(self._levels):
            return
        self._current = number
        self._show()
        jump_to(self._case.segmentation.GetScene(), place_in_slice(self._case.measured_labels, self._slice()))

    def _slice(self) -> int:
        """The slice in which the current level is shown: the nearest to it, else the middle one of its slices."""
        level = self._levels[self._current]
        case = self._case
        if level.level != EVERYTHING:
            grid = AxialGrid.of(axial_view(case.measured_labels).image)
            for place in nearest_slices(case.measurement.levels, grid):
                if place.level.name == level.level and place.slice is not None:
                    return place.slice
        return level.slices[len(level.slices) // 2]

    def _rename(self, number: int, text: str) -> None:
        """Name a level as the reader has typed it; verdicts go with their levels."""
        self._table.forget()
        self._message.told(lambda: self._renamed(number, text))
        self._workplace.update()

    def _renamed(self, number: int, text: str) -> str:
        case, parameters = self._case, self._parameters
        if case is None or parameters is None:
            return ""
        if parameters.levels is not None:
            raise InputError(f"The levels are the points of {parameters.levels.GetName()}: change their names there.")
        name_level(case.segmentation, case.measurement.levels, number, text)
        return ""

    def _accept(self) -> None:
        self._message.told(self._accepted)

    def _accepted(self) -> str:
        if self._levels:
            case = self._case
            self._judged(accepting(self._levels[self._current], case.labels(), case.model_labels))
            left = [n for n, level in enumerate(self._levels) if not level.is_settled]
            if left:
                self._go(next((n for n in left if n > self._current), left[0]))
        return ""

    def _judge(self, verdict: Verdict) -> None:
        self._message.told(lambda: self._judged(verdict))

    def _judged(self, verdict: Verdict) -> str:
        """Record a verdict on what is drawn now."""
        if self._levels:
            case = self._case
            if case.dirty:
                case.recompute()
            initials = "" if self._parameters is None else self._parameters.initials
            set_verdict(case.segmentation, self._levels[self._current], verdict, case.measured_labels, initials)
            self.update()
        return ""

    def _correct(self) -> None:
        """Open the section Correct at the current level, on the structure that was corrected last, or the first muscle."""
        if not self._levels:
            return
        drawn = self._case.segment_states()
        latest = max(drawn, key=lambda name: drawn[name].when, default=None)
        if latest is not None:
            self._workplace.paint(latest, self._slice())

    def _on_hide(self, hidden: bool) -> None:
        case = self._case
        if case is not None and hidden != is_hidden(case.segmentation):
            set_hidden(case.segmentation, hidden)

    def _on_lines(self, lines: bool) -> None:
        case = self._case
        if case is not None and lines == is_filled(case.segmentation):
            set_filled(case.segmentation, not lines)


def _title(level: LevelStatus) -> str:
    return f"{level.level}: {verdict_text(level)}"


def _progress(levels: tuple[LevelStatus, ...]) -> str:
    settled = sum(level.is_settled for level in levels)
    return _("Reviewed: {settled} of {all} levels.").format(settled=settled, all=len(levels))
