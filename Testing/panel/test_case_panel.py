"""From the chosen volumes to a table in the real module and .ui: Apply, Cancel, failures, scene closed, module reloaded."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from host.desktop import Desktop, LoadedModule

from ParaspinalFatLib.imaging.roles import Role

SLEEP = "time.sleep(60)"


@pytest.fixture
def apply(ready: Any, network: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Press Apply with a network of a given behaviour."""
    from ParaspinalFatLib.panel import case_panel

    def press(behaviour: str = "pass") -> None:
        monkeypatch.setattr(case_panel, "worker_python", lambda: network(behaviour))
        ready.ui.applyButton.click()

    return press


def results(host: Desktop) -> list[str]:
    """Names of the segmentation and table nodes in the scene."""
    nodes = [host.scene.GetNthNode(n) for n in range(host.scene.GetNumberOfNodes())]
    kinds = ("vtkMRMLSegmentationNode", "vtkMRMLTableNode")
    return [node.GetName() for node in nodes if node.GetClassName() in kinds and not node.GetHideFromEditors()]


def sides_of_multifidus(widget: Any) -> list[str]:
    """The sides for which the panel's table shows the multifidus, over the whole scan."""
    if widget._parameterNode is not None:
        widget._parameterNode.readLevel = "whole"
    table = widget.sectionUi["Read"].levelTable
    muscle = ""
    found = []
    for row in range(table.rowCount()):
        named = table.item(row, 0)
        muscle = named.text() if named is not None else muscle
        if muscle.startswith("Multifidus"):
            found.append(table.item(row, 1).text())
    return found


VOLUME = 2
"""Column of the table."""

RESULTS = ["Sample water muscles", "Sample water measurements", "Sample water muscles, network's own"]
NETWORKS_QUARTER = 22
"""Percent of the run when the network has done a quarter of its share."""


def test_apply_is_off_with_a_reason_until_a_case_is_selected(module: LoadedModule, sample_volumes: dict[Role, Any]) -> None:
    ui = module.open().ui
    assert not ui.applyButton.isEnabled()
    assert ui.applyButton.toolTip().startswith("Select a T1 or T2 image")
    ui.waterSelector.setCurrentNode(sample_volumes[Role.WATER])
    ui.fatSelector.setCurrentNode(sample_volumes[Role.WATER])
    assert not ui.applyButton.isEnabled()
    assert "Sample water is selected twice" in ui.hintLabel.text()
    ui.fatSelector.setCurrentNode(sample_volumes[Role.FAT])
    assert ui.applyButton.isEnabled()
    assert ui.hintLabel.text().startswith("Outline the muscles on Sample water")
    assert ui.applyButton.toolTip() == ui.hintLabel.text()


def test_apply_brings_segmentation_and_table(host: Desktop, ready: Any, apply: Any) -> None:
    apply()
    assert ready.ui.applyButton.text() == "Cancel"
    assert not ready.ui.measureButton.isEnabled()
    host.wait_until(lambda: not ready.panel.running)
    assert ready.ui.statusLabel.text().startswith("Done.")
    assert results(host) == RESULTS
    parameters = ready._parameterNode
    assert ready.ui.segmentationSelector.currentNode() is parameters.segmentation
    assert ready.ui.tableView.mrmlTableNode() is None, "the large table is filled where it is looked at"
    ready.ui.allCollapsibleButton.collapsed = False
    assert ready.ui.tableView.mrmlTableNode() is parameters.table
    assert sides_of_multifidus(ready) == ["right", "left", "both"]
    assert float(ready.sectionUi["Read"].levelTable.item(0, VOLUME).text()) == pytest.approx(106.3)
    assert ready.ui.applyButton.text() == "Apply"


def test_the_event_loop_runs_while_the_network_works(host: Desktop, ready: Any, apply: Any) -> None:
    apply(SLEEP)
    host.wait_until(lambda: ready.ui.progressBar.value() == NETWORKS_QUARTER)
    assert ready.ui.statusLabel.text() == "Outlining slice 1 of 4"
    start = time.monotonic()
    host.process_events()
    assert time.monotonic() - start < 0.2
    ready.ui.applyButton.click()


def test_cancel_ends_the_run_and_changes_nothing(host: Desktop, ready: Any, apply: Any) -> None:
    apply(SLEEP)
    host.wait_until(lambda: ready.ui.progressBar.value() == NETWORKS_QUARTER)
    ready.ui.applyButton.click()
    assert not ready.panel.running
    assert ready.ui.statusLabel.text() == "Cancelled; nothing was changed."
    assert results(host) == []
    assert ready.ui.applyButton.text() == "Apply"
    assert ready.ui.applyButton.isEnabled()


def test_running_again_updates_the_nodes(host: Desktop, ready: Any, apply: Any) -> None:
    for _run in range(2):
        apply()
        host.wait_until(lambda: not ready.panel.running)
    assert results(host) == RESULTS


def test_numbers_follow_an_edit_by_themselves(host: Desktop, ready: Any, apply: Any) -> None:
    apply()
    host.wait_until(lambda: not ready.panel.running)
    ready._parameterNode.segmentation.GetSegmentation().RemoveSegment("MF_right")
    host.wait_until(lambda: sides_of_multifidus(ready) == ["left"], seconds=2)
    assert results(host) == RESULTS


def test_an_outline_drawn_by_hand_is_measured_without_the_network(
    host: Desktop, ready: Any, true_labels: Path, sample_volumes: dict[Role, Any]
) -> None:
    import numpy as np

    from ParaspinalFatLib.scene.outlined import add_given_outlines
    from ParaspinalFatLib.scene.volumes import image_of

    image = image_of(sample_volumes[Role.WATER])
    node = add_given_outlines(sample_volumes, image.with_array(np.load(true_labels)))
    ready.ui.segmentationSelector.setCurrentNode(node)
    host.wait_until(lambda: ready.panel.live_case is not None, seconds=5)
    assert sides_of_multifidus(ready) == ["right", "left", "both"]
    table = ready._parameterNode.table
    assert table is not None
    node.GetSegmentation().RemoveSegment("MF_right")
    ready.ui.measureButton.click()
    host.wait_until(lambda: sides_of_multifidus(ready) == ["left"], seconds=5)
    assert ready._parameterNode.table is table


def test_a_failure_is_said_in_the_panel_and_changes_nothing(host: Desktop, ready: Any, apply: Any) -> None:
    apply('say(ErrorMessage("MissingPackageError", "Install torch.")); sys.exit(9)')
    host.wait_until(lambda: not ready.panel.running)
    assert ready.ui.statusLabel.text() == "Install torch."
    assert results(host) == []
    assert ready.ui.applyButton.isEnabled()


def test_a_volume_removed_during_the_run_is_said(host: Desktop, ready: Any, apply: Any) -> None:
    apply("time.sleep(0.5)")
    host.scene.RemoveNode(ready._parameterNode.fatVolume)
    host.wait_until(lambda: not ready.panel.running)
    assert "Sample fat was removed while the network was at work" in ready.ui.statusLabel.text()
    assert results(host) == []


def test_closing_the_scene_stops_the_run_and_the_panel_goes_on(host: Desktop, ready: Any, apply: Any) -> None:
    apply(SLEEP)
    host.scene.Clear(False)
    assert not ready.panel.running
    assert not ready.ui.applyButton.isEnabled()
    assert ready._parameterNode is not None
    assert results(host) == []


def test_unloading_the_module_stops_the_run_and_removes_all_observers(module: LoadedModule, ready: Any, apply: Any) -> None:
    apply(SLEEP)
    panel, parameter_node, method = ready.panel, ready._parameterNode.parameterNode, ready.ui.fatMethodComboBox
    shown = method.currentText()
    ready.cleanup()
    assert not panel.running
    assert ready.Observations == []
    parameter_node.SetParameter("fatMethod", "otsu")
    assert method.currentText() == shown, "a closed panel still follows the parameter node"
    module.close()
    again = module.open()
    assert again.ui.fatMethodComboBox.currentText() == "Otsu threshold in each muscle"


def test_choices_live_in_the_parameter_node(module: LoadedModule, host: Desktop) -> None:
    opened = module.open()
    opened.ui.deviceComboBox.setCurrentText("cpu")
    opened.ui.fatMethodComboBox.setCurrentText("Mixture of three normals")
    node = host.scene.GetSingletonNode("ParaspinalFat", "vtkMRMLScriptedModuleNode")
    assert (node.GetParameter("device"), node.GetParameter("fatMethod")) == ("cpu", "gmm3")
    module.leave()
    opened._parameterNode.device = "cuda"
    assert module.open().ui.deviceComboBox.currentText() == "cuda"


@pytest.mark.parametrize("shown", [True, False])
def test_a_saved_case_is_shown_when_it_is_loaded(
    host: Desktop, module: LoadedModule, ready: Any, apply: Any, tmp_path: Path, shown: bool
) -> None:
    apply()
    host.wait_until(lambda: not ready.panel.running)
    ready.ui.deviceComboBox.setCurrentText("cpu")
    host.scene.WriteToMRB(str(tmp_path / "case.mrb"))
    if not shown:
        module.leave()
    host.scene.Clear(False)
    assert sides_of_multifidus(ready) == []
    host.scene.ReadFromMRB(str(tmp_path / "case.mrb"), True)
    ui = module.open().ui
    assert ui.waterSelector.currentNode().GetName() == "Sample water"
    assert ui.deviceComboBox.currentText() == "cpu"
    host.wait_until(lambda: sides_of_multifidus(ready) == ["right", "left", "both"], seconds=5)
    assert ui.measureButton.isEnabled()


def test_a_scene_loaded_during_a_run_stops_it_and_says_so(host: Desktop, ready: Any, apply: Any, tmp_path: Path) -> None:
    host.scene.WriteToMRB(str(tmp_path / "case.mrb"))
    apply(SLEEP)
    host.scene.ReadFromMRB(str(tmp_path / "case.mrb"), False)
    assert not ready.panel.running
    assert ready.ui.statusLabel.text() == "Stopped, because the scene was closed or replaced."


def test_a_choice_of_another_version_gives_way_to_the_default(module: LoadedModule) -> None:
    node = module.open()._parameterNode.parameterNode
    module.close()
    node.SetParameter("fatMethod", "a method of the future")
    assert module.open().ui.fatMethodComboBox.currentText() == "Automatic (Dixon, else Otsu)"
