"""CohortControls: the cases of a review list are opened one after another, and none is closed with work that no file has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ctk

from ParaspinalFatLib.errors import InputError, ParaspinalFatError
from ParaspinalFatLib.panel.inputs import ROLE_PARAMETERS
from ParaspinalFatLib.panel.message import Message
from ParaspinalFatLib.panel.workplace import Workplace
from ParaspinalFatLib.scene.jump import show_in_slice_views
from ParaspinalFatLib.scene.kept import is_kept
from ParaspinalFatLib.scene.review_list import OpenedCase, ReviewWalk, case_of, opened_outlines
from ParaspinalFatLib.scene.translation import tr as _

MOST_REASONS = 2
"""Reasons that the panel has room for; the tooltip has all."""


class CohortControls:
    """What the widgets under "Cases of a cohort" do.

    List and case are remembered in the parameter node, and here for the time that a scene is closed.

    Args:
        ui: the widgets of Review.ui by name.
        workplace: the panel, which holds the live case.
        export: exports the live case as chosen; returns what to say.
    """

    def __init__(self, ui: Any, workplace: Workplace, export: Callable[[], str]) -> None:
        self._ui = ui
        self._workplace = workplace
        self._export = export
        self._parameters: Any = None
        self._walk: ReviewWalk | None = None
        self._unreadable = False
        self._tried: int | None = None
        self._waiting: int | None = None
        self._message = Message(ui.cohortMessageLabel)
        line = ui.cohortPathLineEdit
        line.filters = ctk.ctkPathLineEdit.Files
        line.settingKey = "ParaspinalFat/reviewList"
        self._list, self._case = str(line.property("currentPath")).strip(), ""
        line.currentPathChanged.connect(self._on_path)
        for button, action in (
            (ui.previousCaseButton, lambda: self._step(-1)),
            (ui.nextCaseButton, lambda: self._step(1)),
            (ui.openAgainButton, lambda: self._message.told(lambda: self._opened(self._place()))),
            (ui.exportFirstButton, lambda: self._message.told(self._export_first)),
            (ui.discardButton, lambda: self._message.told(self._discard)),
            (ui.stayButton, self._stay),
        ):
            button.clicked.connect(lambda *_checked, action=action: action())
        self._show()

    def set_parameters(self, parameters: Any) -> None:
        """Work with another parameter node (wrapped), or with none while the scene is closed; the walk goes on."""
        self._parameters = parameters
        self._forget()
        if parameters is not None and not parameters.reviewList:
            self._remember()
        self.update()

    def update(self) -> None:
        """Show where the walk is."""
        parameters = self._parameters
        if parameters is not None and parameters.reviewList and parameters.reviewList != self._list:
            self._list, self._case = parameters.reviewList, parameters.reviewCase
            self._forget()
        if self._list != str(self._ui.cohortPathLineEdit.property("currentPath")).strip():
            self._ui.cohortPathLineEdit.setCurrentPath(self._list)
        if self._waiting is not None and not self._unsaved():
            self._waiting = None
        self._show()

    def level_to_see(self, segmentation: Any) -> str:
        """The level for which a case is in the list; empty if it was not opened from it."""
        opened = None if self._walk is None else self._walk.opened
        return opened.entry.level if opened is not None and opened.segmentation is segmentation else ""

    def _forget(self) -> None:
        """The list has to be read again."""
        self._walk = self._tried = self._waiting = None
        self._unreadable = False

    def _remember(self) -> None:
        """Write list and case into the parameter node."""
        if self._parameters is None:
            return
        was_modifying = self._parameters.StartModify()
        try:
            self._parameters.reviewList, self._parameters.reviewCase = self._list, self._case
        finally:
            self._parameters.EndModify(was_modifying)

    def _on_path(self, path: str) -> None:
        if str(path).strip() == self._list:
            return
        self._list, self._case = str(path).strip(), ""
        self._forget()
        self._message.say("")
        self._remember()
        self._show()

    def _scene(self) -> Any:
        return self._parameters.parameterNode.GetScene()

    def _read(self) -> ReviewWalk:
        """The walk through the chosen list.

        Raises:
            InputError: none is chosen, or it cannot be read.
        """
        if not self._list:
            raise InputError("No review list is chosen. Choose the review_list.tsv that paraspinalfat quality has written.")
        if self._walk is None:
            self._walk = ReviewWalk(self._scene(), Path(self._list), self._case, self._select)
        return self._walk

    def _readable(self) -> ReviewWalk | None:
        """The walk, or None without a list; that a file is no list is said once."""
        if self._parameters is None or self._unreadable or (self._walk is None and not Path(self._list).is_file()):
            return None
        try:
            return self._read()
        except ParaspinalFatError as error:
            self._unreadable = True
            self._message.say(str(error))
            return None

    def _place(self) -> int:
        """Number of the case where the walk is: opened, or tried last."""
        return self._read().position if self._tried is None else self._tried

    def _step(self, by: int) -> None:
        self._message.told(lambda: self._asked(self._place() + by))

    def _asked(self, position: int) -> str:
        """Open a case, or ask what to do with the present one."""
        if self._unsaved():
            self._waiting = position
            self._show()
            return ""
        return self._opened(position)

    def _unsaved(self) -> bool:
        outlines = None if self._parameters is None else opened_outlines(self._scene())
        return outlines is not None and not is_kept(outlines)

    def _export_first(self) -> str:
        outlines, live = opened_outlines(self._scene()), self._workplace.live_case
        if live is None or live.segmentation is not outlines:
            raise InputError(
                f"{case_of(outlines)} cannot be exported: it is not what is selected under Inputs, or cannot be measured. "
                "Select it, or save its outlines with Slicer's own Save."
            )
        said = self._export()
        if self._unsaved():
            raise InputError("The export is without the outlines that changed. Tick Training pair, or Scene, and try again.")
        return " ".join(filter(None, (said, self._discard())))

    def _discard(self) -> str:
        position, self._waiting = self._waiting, None
        self._show()
        return "" if position is None else self._opened(position)

    def _stay(self) -> None:
        self._waiting = None
        self._show()

    def _opened(self, position: int) -> str:
        """Open a case; if it cannot be opened, the present one stays, and the next step goes on from the other."""
        walk = self._read()
        if self._workplace.running:
            raise InputError("The network is at work. Wait until it is done, or cancel it.")
        self._tried = position
        try:
            opened = walk.open(position)
        finally:
            self._show()
        self._tried = None
        if opened is None:
            return ""
        self._case = opened.entry.case
        self._remember()
        self._ui.cohortPathLineEdit.addCurrentPathToHistory()
        self._ui.caseNameEdit.setText(_folder_name(self._case))
        self._show()
        return "" if opened.volumes else _("The list names no images of this case, so it is shown, but not measured.")

    def _select(self, opened: OpenedCase) -> None:
        """Make a case the one that all sections work with."""
        parameters = self._parameters
        was_modifying = parameters.StartModify()
        try:
            for role, name in ROLE_PARAMETERS.items():
                setattr(parameters, name, opened.volumes.get(role))
            parameters.levels = parameters.table = parameters.sagittalVolume = None
            parameters.segmentation = opened.segmentation
        finally:
            parameters.EndModify(was_modifying)
        if opened.volumes:
            show_in_slice_views(self._scene(), next(iter(opened.volumes.values())))

    def _show(self) -> None:
        ui, walk, asking = self._ui, self._readable(), self._waiting is not None
        place, count = (-1, 0) if walk is None else (self._place(), len(walk.entries))
        free = not asking and not self._workplace.running
        ui.previousCaseButton.setEnabled(free and place > 0)
        ui.nextCaseButton.setEnabled(free and (walk is None or place < count - 1))
        ui.openAgainButton.setVisible(walk is not None and not asking and place >= 0 and not walk.is_open)
        ui.openAgainButton.setEnabled(free)
        ui.unsavedWidget.setVisible(asking)
        text, everything = ("", "") if walk is None else _described(walk, place)
        ui.cohortCaseLabel.setText(text)
        ui.cohortCaseLabel.setToolTip(everything)


def _described(walk: ReviewWalk, place: int) -> tuple[str, str]:
    """Where the walk is, in short and with all reasons."""
    count = len(walk.entries)
    if place < 0:
        return _("{count} cases. Next case opens the first.").format(count=count), ""
    entry = walk.entries[place]
    place_text = _("case {number} of {count}: {case}").format(number=place + 1, count=count, case=entry.case)
    shown = "; ".join(entry.reasons[:MOST_REASONS])
    more = len(entry.reasons) - MOST_REASONS
    rest = _("; and {more} more").format(more=more) if more > 0 else ""
    return (f"{place_text} - {shown}{rest}" if shown else place_text), "\n".join(entry.reasons)


def _folder_name(case: str) -> str:
    """A case's name with nothing in it that separates folders."""
    return "".join("_" if letter in "/\\:" else letter for letter in case).lstrip(".")
