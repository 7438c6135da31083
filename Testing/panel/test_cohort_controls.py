"""Cases of a review list in the real module: opened one after another, nothing lost unasked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from drawn_spine import make_spine_with_discs, value
from host.desktop import Desktop, LoadedModule

from ParaspinalFatLib.cohort.review_list import ReviewEntry, write_review_list
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.imaging.writing import write_image
from ParaspinalFatLib.measurement.level_detection import levels_from_labels
from ParaspinalFatLib.measurement.observation import Observation
from ParaspinalFatLib.scene.level_names import level_names_of
from ParaspinalFatLib.scene.level_record import recorded_levels, recorded_naming
from ParaspinalFatLib.scene.node_files import write_node
from ParaspinalFatLib.scene.outlined import add_given_outlines
from ParaspinalFatLib.scene.review_list import case_of, opened_outlines
from ParaspinalFatLib.scene.volumes import add_volume

REASONS = ("right MF L4/5: fat fraction 60.0 %, median 10.0, robust z +9.1, n 40", "no L1/2", "voxel size")


@pytest.fixture
def cohort(host: Desktop, tmp_path: Path) -> Path:
    """Cases A, B and C of a cohort with their images; the scene is empty afterwards."""
    spine = make_spine_with_discs()
    water = np.where(spine.array == 0, 20, 180).astype(np.int16)
    images = {Role.WATER: spine.with_array(water), Role.FAT: spine.with_array(np.int16(200) - water)}
    entries = []
    (tmp_path / "images").mkdir()
    for name in ("A", "B", "C"):
        folder = tmp_path / name
        folder.mkdir()
        files = {role: tmp_path / "images" / f"{name}_{role.value}.nii.gz" for role in images}
        for role, image in images.items():
            write_image(image, files[role])
        volumes = {role: add_volume(host.scene, image, role.value) for role, image in images.items()}
        write_node(add_given_outlines(volumes, spine), folder / "segmentation.seg.nrrd")
        level = "disc 2" if name == "B" else ""
        entries.append(ReviewEntry(name, 9.1, level, "MF", "right", REASONS, folder / "segmentation.seg.nrrd", files))
    host.scene.Clear(0)
    write_review_list(tmp_path / "review_list.tsv", entries)
    return tmp_path / "review_list.tsv"


@pytest.fixture
def widget(module: LoadedModule, cohort: Path) -> Any:
    opened = module.open()
    opened.sectionUi["Review"].cohortPathLineEdit.setCurrentPath(str(cohort))
    return opened


@pytest.fixture
def ui(widget: Any) -> Any:
    return widget.sectionUi["Review"]


def step(host: Desktop, widget: Any, button: Any, case: str) -> Any:
    """Press a button that opens a case; returns the live case."""
    button.click()
    host.wait_until(lambda: widget.panel.live_case is not None)
    assert case_of(opened_outlines(host.scene)) == case, widget.sectionUi["Review"].cohortMessageLabel.text()
    assert case_of(widget.panel.live_case.segmentation) == case
    return widget.panel.live_case


def edit(live: Any) -> None:
    """Erase the right multifidus of one slice."""
    labels = live.labels().array.copy()
    labels[2][labels[2] == value("MF_right")] = 0
    live.apply_labels(labels, ["MF_right"], "test")


def names(host: Desktop, kind: str) -> list[str]:
    return sorted(host.scene.GetNthNodeByClass(n, kind).GetName() for n in range(host.scene.GetNumberOfNodesByClass(kind)))


def test_the_cases_are_opened_one_after_another_and_measured(host: Desktop, widget: Any, ui: Any) -> None:
    assert ui.cohortCaseLabel.text() == "3 cases. Next case opens the first."
    assert not ui.previousCaseButton.isEnabled()
    first = step(host, widget, ui.nextCaseButton, "A")
    assert ui.cohortCaseLabel.text() == f"case 1 of 3: A - {REASONS[0]}; {REASONS[1]}; and 1 more"
    assert ui.cohortCaseLabel.toolTip().splitlines() == list(REASONS)
    assert ui.caseNameEdit.text() == "A"
    assert widget.ui.waterSelector.currentNode() is first.volumes[Role.WATER]
    area = first.measurement.table.one(structure="MF", side="right", region="whole")["volume_ml"]
    assert area > 0
    step(host, widget, ui.nextCaseButton, "B")
    step(host, widget, ui.nextCaseButton, "C")
    assert not ui.nextCaseButton.isEnabled()
    step(host, widget, ui.previousCaseButton, "B")
    assert names(host, "vtkMRMLSegmentationNode") == ["B outlines"]
    assert [name.split("_")[0] for name in names(host, "vtkMRMLScalarVolumeNode")] == ["B fat", "B water"]
    assert sum("measurements" in name for name in names(host, "vtkMRMLTableNode")) == 1


def test_a_case_opens_at_the_level_it_is_listed_for(host: Desktop, widget: Any, ui: Any, cohort: Path) -> None:
    step(host, widget, ui.nextCaseButton, "A")
    levels = [ui.levelsTable.item(row, 0).text() for row in range(ui.levelsTable.rowCount())]
    text = cohort.read_text(encoding="utf-8").replace("disc 2", levels[-1])
    other = cohort.with_name("other.tsv")
    other.write_text(text, encoding="utf-8")
    ui.cohortPathLineEdit.setCurrentPath(str(other))
    step(host, widget, ui.nextCaseButton, "A")
    step(host, widget, ui.nextCaseButton, "B")
    assert len(levels) > 1
    assert ui.levelTitleLabel.text().startswith(levels[-1])


@pytest.mark.parametrize("work", ["outlines", "verdict"])
def test_work_that_was_not_exported_is_asked_about(host: Desktop, widget: Any, ui: Any, work: str) -> None:
    live = step(host, widget, ui.nextCaseButton, "A")
    before = live.labels().array.copy()
    if work == "outlines":
        edit(live)
    else:
        ui.acceptButton.click()
    ui.nextCaseButton.click()
    ui.nextCaseButton.click()
    assert not ui.unsavedWidget.isHidden()
    assert not ui.nextCaseButton.isEnabled()
    assert case_of(widget.panel.live_case.segmentation) == "A"
    ui.stayButton.click()
    assert ui.unsavedWidget.isHidden()
    ui.nextCaseButton.click()
    step(host, widget, ui.discardButton, "B")
    assert ui.unsavedWidget.isHidden()
    assert (step(host, widget, ui.previousCaseButton, "A").labels().array == before).all()


def levels(widget: Any) -> list[str]:
    return [level.name for level in widget.panel.live_case.measurement.levels]


def rename(host: Desktop, widget: Any, name: str, expected: list[str]) -> None:
    """Type the name of the lower disc into the table of levels."""
    widget.sectionUi["Review"].levelsTable.item(0, 0).setText(name)
    host.wait_until(lambda: levels(widget) == expected, seconds=5)


def named_by_batch(cohort: Path, case: str) -> None:
    """Have a case's folder say what a batch records that has named the levels."""
    spine = make_spine_with_discs()
    labels = spine.with_array(np.where(spine.array == value("IVD"), spine.array, 0))
    measured = levels_from_labels(labels, most_caudal="L4/5").levels
    told = Observation("levels_named_automatically", "Levels L5/S1 to L3/4 were named in the sagittal series.")
    record = {"levels": recorded_levels(measured), "observations": recorded_naming([told])}
    (cohort.parent / case / "provenance.json").write_text(json.dumps(record), encoding="utf-8")


def test_a_case_whose_levels_the_batch_has_named_opens_with_the_names(
    host: Desktop, widget: Any, ui: Any, cohort: Path
) -> None:
    named_by_batch(cohort, "A")
    step(host, widget, ui.nextCaseButton, "A")
    assert levels(widget) == ["L4/5", "L3/4"]
    assert ui.levelsTable.item(0, 0).text() == "L4/5"
    assert "were named in the sagittal series" in widget.ui.namingLabel.text()
    step(host, widget, ui.nextCaseButton, "B")
    assert levels(widget) == ["disc 1 (most caudal)", "disc 2"]
    assert ui.levelTitleLabel.text().startswith("disc 2")


def test_names_of_levels_are_work_that_an_export_keeps_and_the_next_opening_reads(
    host: Desktop, widget: Any, ui: Any, cohort: Path
) -> None:
    named_by_batch(cohort, "A")
    step(host, widget, ui.nextCaseButton, "A")
    rename(host, widget, "L5/S1", ["L5/S1", "L4/5"])
    ui.nextCaseButton.click()
    assert not ui.unsavedWidget.isHidden()
    assert case_of(opened_outlines(host.scene)) == "A"
    for box in (ui.pictureCheckBox, ui.sceneCheckBox):
        box.setChecked(False)
    ui.overwriteCheckBox.setChecked(True)
    ui.exportPathLineEdit.setCurrentPath(str(cohort.parent))
    step(host, widget, ui.exportFirstButton, "B")
    step(host, widget, ui.previousCaseButton, "A")
    assert levels(widget) == ["L5/S1", "L4/5"]
    assert level_names_of(opened_outlines(host.scene)).by_reader
    assert widget.ui.namingLabel.isHidden(), "the network has not named them"
    step(host, widget, ui.nextCaseButton, "B")


def test_names_that_were_taken_back_are_no_work(host: Desktop, widget: Any, ui: Any) -> None:
    step(host, widget, ui.nextCaseButton, "A")
    rename(host, widget, "L5/S1", ["L5/S1", "L4/5"])
    rename(host, widget, "", ["disc 1 (most caudal)", "disc 2"])
    step(host, widget, ui.nextCaseButton, "B")


def test_a_change_that_was_taken_back_is_no_work(host: Desktop, widget: Any, ui: Any) -> None:
    live = step(host, widget, ui.nextCaseButton, "A")
    edit(live)
    widget.sectionUi["Correct"].segmentEditorWidget.undo()
    ui.acceptButton.click()
    ui.previousLevelButton.click()
    ui.reopenButton.click()
    step(host, widget, ui.nextCaseButton, "B")


def test_export_first_exports_and_goes_on(host: Desktop, widget: Any, ui: Any, tmp_path: Path) -> None:
    ui.pictureCheckBox.setChecked(False)
    edit(step(host, widget, ui.nextCaseButton, "A"))
    ui.nextCaseButton.click()
    ui.exportFirstButton.click()
    assert "No folder is chosen" in ui.cohortMessageLabel.text()
    assert not ui.unsavedWidget.isHidden()
    ui.exportPathLineEdit.setCurrentPath(str(tmp_path / "exported"))
    ui.trainingCheckBox.setChecked(False)
    ui.exportFirstButton.click()
    assert "without the outlines" in ui.cohortMessageLabel.text()
    assert case_of(opened_outlines(host.scene)) == "A"
    ui.trainingCheckBox.setChecked(True)
    ui.overwriteCheckBox.setChecked(True)
    step(host, widget, ui.exportFirstButton, "B")
    assert (tmp_path / "exported" / "A" / "labels.nii.gz").is_file()
    assert ui.cohortMessageLabel.text().startswith("Exported to")


def test_after_an_ordinary_export_nothing_is_asked(host: Desktop, widget: Any, ui: Any, tmp_path: Path) -> None:
    ui.pictureCheckBox.setChecked(False)
    edit(step(host, widget, ui.nextCaseButton, "A"))
    ui.nextCaseButton.click()
    ui.exportPathLineEdit.setCurrentPath(str(tmp_path / "exported"))
    ui.exportButton.click()
    widget.panel.update()
    assert ui.unsavedWidget.isHidden()
    step(host, widget, ui.nextCaseButton, "B")


def test_a_case_that_cannot_be_opened_is_said_and_passed_over(host: Desktop, widget: Any, ui: Any, cohort: Path) -> None:
    (cohort.parent / "B" / "segmentation.seg.nrrd").unlink()
    step(host, widget, ui.nextCaseButton, "A")
    ui.nextCaseButton.click()
    assert "does not exist" in ui.cohortMessageLabel.text()
    assert ui.cohortCaseLabel.text().startswith("case 2 of 3: B")
    assert case_of(opened_outlines(host.scene)) == "A"
    step(host, widget, ui.nextCaseButton, "C")


def test_closing_the_scene_does_not_end_the_walk(host: Desktop, widget: Any, ui: Any) -> None:
    step(host, widget, ui.nextCaseButton, "A")
    assert ui.openAgainButton.isHidden()
    host.scene.Clear(0)
    host.process_events()
    assert ui.cohortCaseLabel.text().startswith("case 1 of 3: A")
    assert not ui.openAgainButton.isHidden()
    step(host, widget, ui.openAgainButton, "A")
    host.scene.Clear(0)
    step(host, widget, ui.nextCaseButton, "B")


def test_a_closed_module_knows_list_case_and_unsaved_work(host: Desktop, module: LoadedModule, widget: Any, ui: Any) -> None:
    edit(step(host, widget, ui.nextCaseButton, "A"))
    ui.nextCaseButton.click()
    again = module.reload()
    ui = again.sectionUi["Review"]
    host.wait_until(lambda: again.panel.live_case is not None)
    assert ui.cohortCaseLabel.text().startswith("case 1 of 3: A")
    ui.nextCaseButton.click()
    assert not ui.unsavedWidget.isHidden()
    step(host, again, ui.discardButton, "B")
    assert names(host, "vtkMRMLSegmentationNode") == ["B outlines"]


def test_a_copy_of_the_outlines_stays(host: Desktop, widget: Any, ui: Any) -> None:
    live = step(host, widget, ui.nextCaseButton, "A")
    copy = host.scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "mine")
    copy.Copy(live.segmentation)
    copy.SetName("mine")
    step(host, widget, ui.nextCaseButton, "B")
    assert names(host, "vtkMRMLSegmentationNode") == ["B outlines", "mine"]


def test_without_a_list_or_with_another_file_a_sentence_says_so(host: Desktop, ui: Any, cohort: Path) -> None:
    ui.cohortPathLineEdit.setCurrentPath("")
    ui.nextCaseButton.click()
    assert "No review list is chosen" in ui.cohortMessageLabel.text()
    other = cohort.with_name("notes.txt")
    other.write_text("a\tb\n", encoding="utf-8")
    ui.cohortPathLineEdit.setCurrentPath(str(other))
    assert "is no review list" in ui.cohortMessageLabel.text()
    ui.cohortPathLineEdit.setCurrentPath(str(cohort.with_name("absent.tsv")))
    ui.nextCaseButton.click()
    assert "cannot be read" in ui.cohortMessageLabel.text()
    assert opened_outlines(host.scene) is None
