"""The section Review in the real module: walk, judge, show, and export."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from drawn_spine import make_spine_with_discs
from host.desktop import Desktop, LoadedModule
from host.segment_editor import stroke

from ParaspinalFatLib.correction.review import Verdict
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.scene.review import review_of
from ParaspinalFatLib.scene.slice_places import shown_slice


@pytest.fixture
def spine() -> Image:
    """Two discs, so that there are two levels."""
    return make_spine_with_discs()


@pytest.fixture
def ui(widget: Any) -> Any:
    return widget.sectionUi["Review"]


def verdicts(widget: Any) -> list[Verdict]:
    return [one.verdict for one in review_of(widget.panel.live_case.segmentation).values()]


def table(ui: Any) -> list[list[str]]:
    widget = ui.levelsTable
    return [[widget.item(row, n).text() for n in range(widget.columnCount())] for row in range(widget.rowCount())]


def press(host: Desktop, widget: Any, key: str) -> None:
    """Activate the shortcut that is installed for a key."""
    from PySide6 import QtGui

    window = widget.sectionUi["Review"].levelsTable.window()
    (found,) = [
        shortcut for shortcut in window.findChildren(QtGui.QShortcut) if shortcut.key() == QtGui.QKeySequence(key)
    ]  # one only: two would be ambiguous
    found.activated.emit()
    host.process_events()


def test_without_a_case_nothing_can_be_judged(module: LoadedModule) -> None:
    ui = module.open().sectionUi["Review"]
    assert not ui.acceptButton.isEnabled()
    assert not ui.exportCollapsibleButton.isEnabled()
    assert "Apply" in ui.reviewHintLabel.text()


def test_the_walk_goes_through_the_levels_and_the_views_follow(host: Desktop, widget: Any, ui: Any) -> None:
    assert len(table(ui)) == 2
    assert not ui.previousLevelButton.isEnabled()
    press(host, widget, "N")
    assert shown_slice(host.scene, widget.panel.live_case.measured_labels) == 5
    assert not ui.nextLevelButton.isEnabled()
    press(host, widget, "P")
    assert shown_slice(host.scene, widget.panel.live_case.measured_labels) == 1
    ui.levelsTable.cellClicked.emit(1, 0)
    assert shown_slice(host.scene, widget.panel.live_case.measured_labels) == 5


def test_verdicts_carry_initials_and_accepting_goes_to_the_next_open_level(widget: Any, ui: Any) -> None:
    ui.acceptButton.click()
    assert verdicts(widget) == [Verdict.ACCEPTED]
    assert "AB" in table(ui)[0][3]
    assert ui.levelTitleLabel.text().endswith("open")
    ui.rejectButton.click()
    assert sorted(verdicts(widget)) == [Verdict.ACCEPTED, Verdict.REJECTED]
    assert ui.reviewHintLabel.text() == "Reviewed: 2 of 2 levels."
    ui.reopenButton.click()
    assert verdicts(widget) == [Verdict.ACCEPTED]


def test_an_edit_unsettles_the_verdict_and_accepting_again_says_corrected(
    host: Desktop, widget: Any, ui: Any, volumes: Any
) -> None:
    press(host, widget, "Shift+A")
    press(host, widget, "P")
    press(host, widget, "Shift+C")
    editor = widget.sectionUi["Correct"].segmentEditorWidget
    assert editor.activeEffect().objectName() == "Paint"
    assert not widget.ui.correctCollapsibleButton.collapsed
    stroke(editor, (1, slice(70, 80), slice(0, 20)), volumes[Role.WATER])
    host.wait_until(lambda: not widget.panel.live_case.dirty)
    assert table(ui)[0][2] == "✓ accepted, edited since"
    press(host, widget, "Shift+A")
    assert table(ui)[0][2] == "✓ corrected"


def test_outlines_are_hidden_and_shown_as_lines_by_keys(host: Desktop, widget: Any, ui: Any) -> None:
    display = widget.panel.live_case.segmentation.GetDisplayNode()
    press(host, widget, "H")
    assert not display.GetVisibility()
    press(host, widget, "H")
    assert display.GetVisibility()
    press(host, widget, "O")
    assert not display.GetVisibility2DFill()
    assert ui.linesCheckBox.isChecked()


def test_no_key_is_also_one_of_the_segment_editors(widget: Any, ui: Any) -> None:
    from PySide6 import QtGui

    keys = [shortcut.key().toString() for shortcut in ui.levelsTable.window().findChildren(QtGui.QShortcut)]
    assert len(keys) > 40
    assert len(keys) == len(set(keys))
    assert widget is not None


def test_keys_are_gone_when_another_module_is_shown(host: Desktop, module: LoadedModule, widget: Any, ui: Any) -> None:
    from PySide6 import QtGui

    window = ui.levelsTable.window()
    ours = {"N", "P", "H", "O", "Shift+A", "Shift+C", "Shift+R"}
    for _round in range(2):
        assert ours <= {shortcut.key().toString() for shortcut in window.findChildren(QtGui.QShortcut)}
        module.leave()
        host.process_events()
        assert ours.isdisjoint(shortcut.key().toString() for shortcut in window.findChildren(QtGui.QShortcut))
        assert module.open() is widget
    press(host, widget, "N")


def test_export_writes_the_case_and_says_where(widget: Any, ui: Any, tmp_path: Path) -> None:
    ui.exportPathLineEdit.currentPath = str(tmp_path)
    ui.pictureCheckBox.setChecked(False)
    ui.exportButton.click()
    folder = tmp_path / "case_001"
    assert ui.reviewMessageLabel.text() == f"Exported to {folder}."
    assert {"measurements.csv", "review.csv", "labels.nii.gz", "water.nii.gz", "provenance.json"} <= {
        file.name for file in folder.iterdir()
    }
    ui.exportButton.click()
    assert "holds files already" in ui.reviewMessageLabel.text()
    ui.overwriteCheckBox.setChecked(True)
    ui.exportButton.click()
    assert ui.reviewMessageLabel.text().startswith("Exported")
    assert widget.panel.live_case is not None


@pytest.mark.parametrize("name", ["", "..", "a/b", "c:\\d"])
def test_a_name_that_is_no_folder_is_refused(ui: Any, tmp_path: Path, name: str) -> None:
    ui.exportPathLineEdit.currentPath = str(tmp_path)
    ui.caseNameEdit.setText(name)
    ui.exportButton.click()
    assert "cannot be a folder's name" in ui.reviewMessageLabel.text()
    assert list(tmp_path.iterdir()) == []


def test_without_a_folder_the_export_asks_for_one(ui: Any) -> None:
    ui.exportButton.click()
    assert "No folder is chosen" in ui.reviewMessageLabel.text()
