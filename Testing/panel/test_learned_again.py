"""The fat method learned on outlines that are there: its network alone runs, and what was corrected stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from host.desktop import Desktop, LoadedModule

from ParaspinalFatLib.imaging.roles import Role

FAT_PERCENT = 30.0

TASKS = (
    "open({log!r}, 'a').write(options.task + ' '); "
    "(write_result(folder, np.full(image.array.shape, 0.3, np.float32), dict()), say(DoneMessage()), os._exit(0))"
    " if options.task == 'fat_fraction' else None"
)
"""A network that writes down what it is asked for, and finds the same fat everywhere."""


@pytest.fixture
def corrected(host: Desktop, module: LoadedModule, sample_volumes: dict[Role, Any], network: Any) -> Any:
    """A case outlined on one image, measured by another method, with the right multifidus removed by hand."""
    widget = module.open()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ParaspinalFatLib.panel.case_panel.worker_python", network)
        widget.ui.anatomySelector.setCurrentNode(sample_volumes[Role.WATER])
        widget._parameterNode.fatMethod = "otsu"
        widget.ui.applyButton.click()
        host.wait_until(lambda: not widget.panel.running)
    widget._parameterNode.segmentation.GetSegmentation().RemoveSegment("MF_right")
    host.wait_until(lambda: ("MF", "right") not in fat_of(widget), seconds=5)
    return widget


def fat_of(widget: Any) -> dict[tuple[str, str], tuple[str, float]]:
    """Method and fat fraction of each muscle in the table of the open case."""
    rows = widget.panel.live_case.measurement.table.rows if widget.panel.live_case else ()
    return {
        (row["structure"], row["side"]): (row["fat_method"], row["ff_mean_pct"]) for row in rows if row["region"] == "whole"
    }


def test_measure_again_predicts_the_fat_and_keeps_the_corrected_outlines(
    host: Desktop, corrected: Any, network: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    corrected._parameterNode.fatMethod = "learned"
    host.process_events()
    assert "Press Measure again" in corrected.ui.statusLabel.text()
    log = tmp_path / "tasks.txt"
    monkeypatch.setattr("ParaspinalFatLib.panel.case_panel.worker_python", lambda: network(TASKS.format(log=str(log))))
    corrected.ui.measureButton.click()
    assert corrected.ui.applyButton.text() == "Cancel"
    host.wait_until(lambda: not corrected.panel.running)
    host.wait_until(lambda: fat_of(corrected).get(("MF", "left"), ("", 0))[0] == "learned", seconds=5)
    assert fat_of(corrected)["MF", "left"][1] == pytest.approx(FAT_PERCENT, abs=1e-4)
    assert ("MF", "right") not in fat_of(corrected)
    assert log.read_text() == "fat_fraction "
    corrected.ui.measureButton.click()
    host.wait_until(lambda: corrected.panel.live_case is not None, seconds=5)
    assert log.read_text() == "fat_fraction "


def test_a_prediction_that_is_cancelled_or_dies_leaves_outlines_and_numbers(
    host: Desktop, corrected: Any, network: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fat_of(corrected)
    corrected._parameterNode.fatMethod = "learned"
    for behaviour in ("time.sleep(60)", "os._exit(9)"):
        monkeypatch.setattr("ParaspinalFatLib.panel.case_panel.worker_python", lambda: network(behaviour))  # noqa: B023
        corrected.ui.measureButton.click()
        if "sleep" in behaviour:
            corrected.ui.applyButton.click()
            assert corrected.ui.statusLabel.text() == "Cancelled; nothing was changed."
        host.wait_until(lambda: not corrected.panel.running)
    assert "ended unexpectedly with status 9" in corrected.ui.statusLabel.text()
    assert fat_of(corrected) == before


def test_a_volume_that_changes_meanwhile_gets_no_fat_fraction(
    host: Desktop, corrected: Any, network: Any, monkeypatch: pytest.MonkeyPatch, sample_volumes: dict[Role, Any]
) -> None:
    corrected._parameterNode.fatMethod = "learned"
    slow = "time.sleep(1); write_result(folder, np.full(image.array.shape, 0.3, np.float32), dict()); say(DoneMessage())"
    monkeypatch.setattr("ParaspinalFatLib.panel.case_panel.worker_python", lambda: network(slow))
    corrected.ui.measureButton.click()
    host.wait_until(lambda: corrected.ui.progressBar.value() > 0)
    voxels = sample_volumes[Role.WATER].GetImageData()
    from vtk.util.numpy_support import vtk_to_numpy

    vtk_to_numpy(voxels.GetPointData().GetScalars())[:] += 1
    voxels.Modified()
    host.wait_until(lambda: not corrected.panel.running)
    assert "was changed while the network was at work" in corrected.ui.statusLabel.text()
