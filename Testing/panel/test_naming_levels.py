"""Levels are named by a run of the panel, follow corrections, and can be named by the reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import slicer
from host.desktop import Desktop, LoadedModule
from host.dicom_database import ctkDICOMDatabase

from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.scene.volumes import add_volume, image_of

SEEN = """for row, low in [(10, 1), (34, 0), (58, 0)]:
        found[:, 4 if low else 1, row + 6:row + 23, 20:44] = 0.97
        found[:, 3 if low else 2, row:row + 5, 20:44] = 0.97
    found[:, 0] = 1 - found[:, 1:].sum(axis=1)"""
"""Three discs, 36 mm apart, with the bodies above them, in every plane."""

NUMBERED = "It cannot be told from the axial images which levels these are, so they are numbered"


@pytest.fixture
def run(host: Desktop, ready: Any, network: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Press Apply and wait for the end; the arguments are those of the stand-in for the network."""

    def press(behaviour: str = "pass", levels: str = "pass") -> None:
        monkeypatch.setattr("ParaspinalFatLib.panel.case_panel.worker_python", lambda: network(behaviour, levels))
        ready.ui.applyButton.click()
        host.wait_until(lambda: not ready.panel.running)

    return press


def names(widget: Any) -> list[str]:
    return [level.name for level in widget.panel.live_case.measurement.levels]


def sagittal(host: Desktop, sample_volumes: dict[Role, Any], moved_mm: float = 0.0) -> Any:
    """A sagittal series through the middle of the sample case."""
    water = image_of(sample_volumes[Role.WATER])
    middle = water.world((np.array(water.array.shape[::-1]) - 1) / 2)
    affine = np.array([[0, 0, 4.0, 0], [1.5, 0, 0, 0], [0, 1.5, 0, 0], [0, 0, 0, 1]])
    affine[:3, 3] = middle - affine[:3, :3] @ np.array([49.5, 49.5, 3.5]) + (0, 0, moved_mm)
    voxels = np.random.default_rng(0).integers(0, 100, (8, 100, 100)).astype(np.int16)
    return add_volume(host.scene, Image(voxels, affine), "sagittal")


def test_levels_that_cannot_be_told_are_numbered_and_the_panel_says_why(ready: Any, run: Any) -> None:
    run()
    assert names(ready)[0] == "disc 1 (most caudal)"
    assert ready.ui.namingLabel.text().startswith(NUMBERED)
    assert not ready.ui.namingLabel.isHidden()
    assert NUMBERED in ready.ui.statusLabel.text()


def test_without_the_tick_nobody_looks_and_nothing_is_said(
    ready: Any, run: Any, tmp_path: Path, module: LoadedModule
) -> None:
    ready.ui.nameLevelsCheckBox.setChecked(False)
    assert not ready._parameterNode.nameLevels
    assert not ready.ui.sagittalSelector.isEnabled()
    run(f"open({str(tmp_path / 'tasks')!r}, 'a').write(options.task + ' ')")
    assert (tmp_path / "tasks").read_text() == "outline "
    assert names(ready)[0] == "disc 1 (most caudal)"
    assert ready.ui.namingLabel.isHidden()
    module.leave()
    assert not module.open().ui.nameLevelsCheckBox.isChecked()


def test_named_levels_stay_named_through_corrections_and_a_saved_scene(
    host: Desktop, ready: Any, run: Any, sample_volumes: dict[Role, Any], tmp_path: Path
) -> None:
    ready.ui.sagittalSelector.setCurrentNode(sagittal(host, sample_volumes))
    run(levels=SEEN)
    assert ready.ui.statusLabel.text().startswith("Done.")
    named = names(ready)
    assert named[0] in ("L5/S1", "L4/5", "L3/4")
    assert "were named in the sagittal series" in ready.ui.namingLabel.text()
    positions = {level.name: level.position[2] for level in ready.panel.live_case.measurement.levels}
    host.process_events()
    assert names(ready) == named, "the parameter node's settings have taken the names back"
    outlines = ready._parameterNode.segmentation.GetSegmentation()
    outlines.RemoveSegment("ES_right")
    host.wait_until(lambda: not ready.panel.live_case.dirty, seconds=5)
    assert names(ready) == named
    ready._parameterNode.fatMethod = "size_only"
    host.wait_until(lambda: ready.panel.live_case.measurement.fat_map.method == "size_only", seconds=5)
    assert names(ready) == named
    host.scene.WriteToMRB(str(tmp_path / "case.mrb"))
    host.scene.Clear(False)
    host.scene.ReadFromMRB(str(tmp_path / "case.mrb"), True)
    host.wait_until(lambda: ready.panel.live_case is not None, seconds=5)
    assert names(ready) == named
    assert ready.ui.sagittalSelector.currentNode().GetName() == "sagittal"
    again = {level.name: level.position[2] for level in ready.panel.live_case.measurement.levels}
    assert again == pytest.approx(positions, abs=1e-6)


def test_a_reader_names_a_disc_in_the_table_and_the_others_follow(host: Desktop, ready: Any, run: Any) -> None:
    run()
    table = ready.sectionUi["Review"].levelsTable
    count = len(names(ready))
    ready.sectionUi["Review"].rejectButton.click()
    table.item(1, 0).setText("l4-5")
    host.wait_until(lambda: names(ready)[:2] == ["L5/S1", "L4/5"], seconds=5)
    assert len(names(ready)) == count
    assert table.item(0, 0).text() == "L5/S1"
    assert "rejected" in table.item(0, 2).text()
    assert ready.ui.namingLabel.isHidden()
    run(levels=SEEN)
    assert ready.ui.statusLabel.text().startswith("Done.")
    assert names(ready)[:2] == ["L5/S1", "L4/5"], "a run has overruled the reader"
    table.item(0, 0).setText("banana")
    host.wait_until(lambda: table.item(0, 0).text() == "L5/S1", seconds=5)
    assert "banana is not the name of a disc" in ready.sectionUi["Review"].reviewMessageLabel.text()
    table.item(0, 0).setText("")
    host.wait_until(lambda: names(ready)[0] == "disc 1 (most caudal)", seconds=5)


@pytest.mark.parametrize("ticked", [True, False])
def test_names_of_a_reader_outlast_apply_whether_or_not_levels_are_to_be_named(
    host: Desktop, ready: Any, run: Any, ticked: bool
) -> None:
    run()
    ready.sectionUi["Review"].levelsTable.item(0, 0).setText("L3/4")
    host.wait_until(lambda: names(ready)[0] == "L3/4", seconds=5)
    ready.ui.nameLevelsCheckBox.setChecked(ticked)
    run(levels=SEEN)
    assert ready.ui.statusLabel.text().startswith("Done.")
    assert names(ready)[0] == "L3/4"


def test_a_disc_that_the_reader_names_during_a_run_keeps_that_name(
    host: Desktop, ready: Any, run: Any, network: Any, sample_volumes: dict[Role, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    run()
    ready.ui.sagittalSelector.setCurrentNode(sagittal(host, sample_volumes))
    monkeypatch.setattr("ParaspinalFatLib.panel.case_panel.worker_python", lambda: network("time.sleep(1)", SEEN))
    ready.ui.applyButton.click()
    assert ready.panel.running
    ready.sectionUi["Review"].levelsTable.item(0, 0).setText("L2/3")
    host.wait_until(lambda: not ready.panel.running)
    assert ready.ui.statusLabel.text().startswith("Done.")
    assert names(ready)[0] == "L2/3"


def test_names_that_the_reader_took_back_are_looked_for_by_the_next_run(
    host: Desktop, ready: Any, run: Any, sample_volumes: dict[Role, Any]
) -> None:
    run()
    table = ready.sectionUi["Review"].levelsTable
    for text, expected in (("L1/2", "L1/2"), ("", "disc 1 (most caudal)")):
        table.item(0, 0).setText(text)
        host.wait_until(lambda expected=expected: names(ready)[0] == expected, seconds=5)
    ready.ui.sagittalSelector.setCurrentNode(sagittal(host, sample_volumes))
    run(levels=SEEN)
    assert names(ready)[0] in ("L5/S1", "L4/5", "L3/4")
    assert "were named in the sagittal series" in ready.ui.namingLabel.text()


def of_frame(volume: Any, instance: str) -> Any:
    """A volume as if it were loaded from a DICOM instance."""
    volume.SetAttribute("DICOM.instanceUIDs", instance)
    return volume


def test_a_sagittal_series_in_another_frame_of_reference_is_refused_before_the_network_starts(
    host: Desktop, ready: Any, run: Any, sample_volumes: dict[Role, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = {instance: {"0020,0052": f"1.2.826.{instance}"} for instance in ("1", "2")}
    monkeypatch.setattr(slicer, "dicomDatabase", ctkDICOMDatabase(frames), raising=False)
    for volume in sample_volumes.values():
        of_frame(volume, "1")
    series = of_frame(sagittal(host, sample_volumes), "2")
    ready.ui.sagittalSelector.setCurrentNode(series)
    started = f"open({str(tmp_path / 'started')!r}, 'w')"
    run(started)
    said = ready.ui.statusLabel.text()
    assert said.startswith("sagittal has another frame of reference than Sample water")
    assert "Select a sagittal series of the same examination." in said
    assert not (tmp_path / "started").exists()
    assert ready._parameterNode.segmentation is None
    of_frame(series, "1")
    run(started, levels=SEEN)
    assert ready.ui.statusLabel.text().startswith("Done.")
    assert (tmp_path / "started").exists()


def test_a_sagittal_series_of_another_place_is_refused_before_the_network_starts(
    host: Desktop, ready: Any, run: Any, sample_volumes: dict[Role, Any], tmp_path: Path
) -> None:
    ready.ui.sagittalSelector.setCurrentNode(sagittal(host, sample_volumes, moved_mm=900.0))
    run(f"open({str(tmp_path / 'started')!r}, 'w')")
    assert "do not lie in the same place" in ready.ui.statusLabel.text()
    assert not (tmp_path / "started").exists()


def test_a_level_network_that_dies_costs_the_names_and_not_the_outlines(ready: Any, run: Any) -> None:
    run("os._exit(9) if options.task == 'levels' else None")
    assert ready.ui.statusLabel.text().startswith("Done.")
    assert NUMBERED in ready.ui.namingLabel.text()
    assert "ended unexpectedly" in ready.ui.namingLabel.text()


def test_cancelling_while_levels_are_looked_for_changes_nothing(
    host: Desktop, ready: Any, network: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pid = tmp_path / "pid"
    behaviour = f"(open({str(pid)!r}, 'w').write(str(os.getpid())), time.sleep(60)) if options.task == 'levels' else None"
    monkeypatch.setattr("ParaspinalFatLib.panel.case_panel.worker_python", lambda: network(behaviour))
    ready.ui.applyButton.click()
    host.wait_until(lambda: pid.exists() and pid.read_text() != "")
    ready.ui.applyButton.click()
    assert ready.ui.statusLabel.text() == "Cancelled; nothing was changed."
    assert not Path(f"/proc/{pid.read_text()}").exists()
    assert ready._parameterNode.segmentation is None
