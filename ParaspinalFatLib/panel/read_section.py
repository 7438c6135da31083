"""ReadSection: the table of a level, the plots, the fat colours and the threshold; all of them show the same case."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.fat.muscle_voxels import MuscleVoxels
from ParaspinalFatLib.measurement.level_table import (
    MUSCLE_NAMES,
    WHOLE,
    ShownRow,
    level_choices,
    muscles_in,
    shown_rows,
)
from ParaspinalFatLib.measurement.profile import PROFILE_COLUMNS, Point
from ParaspinalFatLib.panel.case_plots import CasePlots
from ParaspinalFatLib.panel.colours_control import ColoursControl
from ParaspinalFatLib.panel.inputs import fat_parameters
from ParaspinalFatLib.panel.level_table_view import LevelTableView
from ParaspinalFatLib.panel.threshold_control import ThresholdControl
from ParaspinalFatLib.panel.workplace import Workplace
from ParaspinalFatLib.scene.charts import QUANTITIES
from ParaspinalFatLib.scene.jump import jump_to
from ParaspinalFatLib.scene.translation import tr as _


class ReadSection:
    """What the widgets of Read.ui do. Choices are in the parameter node, numbers in the live case.

    Args:
        ui: the widgets of Read.ui by name.
        logic: gives the images of the case's volumes.
        workplace: the panel, which holds the live case.
    """

    def __init__(self, ui: Any, logic: Any, workplace: Workplace) -> None:
        self._ui = ui
        self._logic = logic
        self._workplace = workplace
        self._parameters: Any = None
        self._chosen: ShownRow | None = None
        self._shown: tuple[Any, Any, Any, tuple[Any, ...]] | None = None
        self._filling = False
        self._levels: dict[str, str] = {}
        self._muscles: dict[str, str] = {}
        self._table = LevelTableView(ui.levelTable, self._on_row)
        self._plots = CasePlots(ui.profilePlot, ui.histogramPlot, self._jump)
        self._threshold = ThresholdControl(ui, self._on_method)
        self._colours = ColoursControl(ui)
        self._columns = {_(QUANTITIES[column]): column for column in PROFILE_COLUMNS}
        ui.columnSelector.addItems(list(self._columns))
        ui.levelSelector.currentTextChanged.connect(self._on_level)
        ui.muscleSelector.currentTextChanged.connect(self._on_muscle)
        ui.columnSelector.currentTextChanged.connect(self._on_column)
        ui.copyButton.clicked.connect(self._table.copy)
        ui.paintButton.clicked.connect(self._on_paint)
        self.update()

    def set_parameters(self, parameters: Any) -> None:
        """Work with another parameter node (wrapped), or with none while the scene is closed."""
        if parameters is None:
            self._forget()
        self._parameters = parameters
        self._colours.set_parameters(parameters)
        self.update()

    def update(self) -> None:
        """Show the present case. What shows the same numbers with the same choices already is left alone."""
        case = self._case
        if case is None or self._parameters is None:
            self._forget()
            return
        state = (case, case.measurement, case.changed, self._choices())
        if self._shown is not None and _same(state, self._shown):
            return
        self._shown = state
        self._workplace.reported(self._show)

    def enter(self) -> None:
        """The module is shown."""
        self.update()

    def exit(self) -> None:
        """Another module is shown: colours that the user has switched on stay, a threshold on its way is applied."""
        self._threshold.apply()

    def close(self) -> None:
        """The panel goes; nothing of this section stays in the scene."""
        self._forget()

    @property
    def _case(self) -> Any:
        """The live case, unless it is lost."""
        case = self._workplace.live_case
        return None if case is None or case.lost else case

    def _choices(self) -> tuple[Any, ...]:
        names = ("readLevel", "readMuscle", "readColumn", "fatColours", "fatOpacity")
        return tuple(getattr(self._parameters, name) for name in names)

    def _show(self) -> None:
        case, parameters = self._case, self._parameters
        table = case.measurement.table
        with self._being_filled():
            self._levels = {_("whole scan") if name == WHOLE else name: name for name in level_choices(table)}
            self._muscles = {MUSCLE_NAMES[name]: name for name in muscles_in(table)}
            level = _chosen(self._ui.levelSelector, self._levels, parameters.readLevel)
            muscle = _chosen(self._ui.muscleSelector, self._muscles, parameters.readMuscle)
            self._ui.columnSelector.setCurrentIndex(PROFILE_COLUMNS.index(parameters.readColumn))
            self._show_table(level)
            inside = case.inside
            self._show_plots(inside, muscle)
            self._colours.show(case, inside)

    def _show_table(self, level: str) -> None:
        case = self._case
        rows = shown_rows(case.measurement.table, level)
        self._table.show(rows, level, case.changed)
        former = None if self._chosen is None else self._chosen.identifier
        self._choose(next((shown for shown in rows if shown.identifier == former), None))

    def _show_plots(self, inside: MuscleVoxels, muscle: str) -> None:
        case = self._case
        scene, owner = case.segmentation.GetScene(), self._parameters.parameterNode
        images, measurement = self._logic.images(case.volumes), case.measurement
        self._plots.show(scene, owner, measurement, muscle, self._parameters.readColumn)
        self._plots.show_histogram(scene, owner, inside, images, measurement, muscle)
        threshold = self._threshold.show(inside, images, measurement.fat_map)
        if threshold is not None and not self._parameters.fatThreshold:
            self._parameters.fatThreshold = threshold  # from where a threshold by hand starts

    def _forget(self) -> None:
        """There is no case: empty the widgets and take everything out of the scene."""
        self._shown = self._chosen = None
        self._levels, self._muscles = {}, {}
        with self._being_filled():
            self._table.show((), WHOLE, ())
            self._ui.levelSelector.clear()
            self._ui.muscleSelector.clear()
            self._choose(None)
            self._plots.remove()
            self._colours.hide()
            self._threshold.disable(_("Outline and measure a case to see its figures here."))

    @contextmanager
    def _being_filled(self) -> Iterator[None]:
        """Widgets change in the block, not by the user."""
        before, self._filling = self._filling, True
        try:
            yield
        finally:
            self._filling = before

    def _on_level(self, text: str) -> None:
        if not self._filling and text in self._levels:
            self._parameters.readLevel = self._levels[text]
            self.update()
            self._jump_to_level(self._levels[text])

    def _on_muscle(self, text: str) -> None:
        if not self._filling and text in self._muscles:
            self._parameters.readMuscle = self._muscles[text]
            self.update()

    def _on_column(self, text: str) -> None:
        if not self._filling and self._parameters is not None:
            self._parameters.readColumn = self._columns[text]
            self.update()

    def _on_method(self, method: str, threshold: float | None) -> None:
        """Measure by another method or threshold; numbers, colours and plots follow together."""
        case, parameters = self._case, self._parameters
        if case is None or parameters is None:
            return
        was_modifying = parameters.StartModify()  # threshold and method change together
        if threshold is not None:
            parameters.fatThreshold = threshold
        parameters.fatMethod = method
        parameters.EndModify(was_modifying)
        settings = replace(case.settings, fat_method=method, fat_parameters=fat_parameters(parameters))
        if settings != case.settings:
            self._workplace.reported(lambda: case.set_settings(settings))
        self.update()

    def _on_row(self, shown: ShownRow) -> None:
        """Views jump to the muscle, and the plots show it."""
        self._choose(shown)
        self._parameters.readMuscle = str(shown.row["structure"])
        self.update()
        if shown.place is not None:
            self._jump(shown.place)

    def _choose(self, shown: ShownRow | None) -> None:
        """Show the notes of a row; its muscle can be painted if it is a single segment."""
        self._chosen = shown
        notes = () if shown is None else shown.notes
        self._ui.notesLabel.setText("\n".join(notes))
        self._ui.notesLabel.setVisible(bool(notes))
        self._ui.paintButton.setEnabled(shown is not None and shown.identifier in BY_IDENTIFIER)

    def _on_paint(self, *_checked: Any) -> None:
        if self._chosen is not None:
            k = self._chosen.row["slice"]
            self._workplace.paint(self._chosen.identifier, k if isinstance(k, int) else None)

    def _jump_to_level(self, name: str) -> None:
        position = next((level.position for level in self._case.measurement.levels if level.name == name), None)
        if position is not None:
            self._jump(position)

    def _jump(self, place: Point) -> None:
        case = self._case
        if case is not None:
            jump_to(case.segmentation.GetScene(), place)


def _same(state: tuple[Any, Any, Any, tuple[Any, ...]], shown: tuple[Any, Any, Any, tuple[Any, ...]]) -> bool:
    """Whether case, measurement and changed cells are the very same objects, and the choices are equal."""
    return all(new is old for new, old in zip(state[:3], shown[:3], strict=True)) and state[3] == shown[3]


def _chosen(selector: Any, choices: dict[str, str], wanted: str) -> str:
    """Fill a combo box with choices (text shown to name) and select the wanted name if it is one, else the first.

    Called in a block in which the signals of the box are not heeded.
    """
    names = list(choices.values())
    chosen = wanted if wanted in names else names[0]
    selector.clear()
    selector.addItems(list(choices))
    selector.setCurrentIndex(names.index(chosen))
    return chosen
