"""Opened and closed, reloaded, cancelled at any moment: the panel leaves neither nodes nor observers nor processes."""

from __future__ import annotations

import gc
import os
import random
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from host.desktop import Desktop, LoadedModule
from PySide6 import QtGui

from ParaspinalFatLib.segmentation.process_tree import descendants

CYCLES = 50
MOMENTS = 8
SEED = 5
LONGEST_CANCEL_S = 1.0


def nodes(host: Desktop) -> list[str]:
    return sorted(host.scene.GetNthNode(n).GetID() for n in range(host.scene.GetNumberOfNodes()))


@pytest.mark.usefixtures("ready")
def test_fifty_times_opened_and_closed_leave_no_node_and_no_observer(host: Desktop, module: LoadedModule) -> None:
    module.leave()
    module.close()
    module.open()
    module.leave()
    before = nodes(host)
    node = module.widget._parameterNode.parameterNode
    for _cycle in range(CYCLES):
        module.open()
        module.leave()
    module.close()
    for _cycle in range(3):
        module.open()
        module.leave()
        module.close()
    host.process_events()
    gc.collect()
    assert nodes(host) == before
    assert not node.HasObserver("ModifiedEvent")


def test_a_run_cancelled_at_any_moment_changes_nothing_and_ends_within_a_second(
    host: Desktop, ready: Any, network: Any, monkeypatch: pytest.MonkeyPatch, folders: Path
) -> None:
    from ParaspinalFatLib.panel import case_panel

    monkeypatch.setattr(case_panel, "worker_python", lambda: network("time.sleep(60)"))
    before, generator = nodes(host), random.Random(SEED)
    for _moment in range(MOMENTS):
        ready.ui.applyButton.click()
        end = time.monotonic() + generator.uniform(0.0, 1.0)
        while ready.panel.running and time.monotonic() < end:
            host.process_events()
        start = time.monotonic()
        ready.ui.applyButton.click()
        assert time.monotonic() - start < LONGEST_CANCEL_S
        assert not ready.panel.running
        assert nodes(host) == before
        assert ready.ui.statusLabel.text() == "Cancelled; nothing was changed."
    time.sleep(0.2)
    host.process_events()
    assert list(folders.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
@pytest.mark.parametrize("how", ["cancelled", "module reloaded", "scene closed"])
def test_the_real_network_is_gone_within_a_second(host: Desktop, module: LoadedModule, ready: Any, how: str) -> None:
    mine = set(descendants(os.getpid()))
    ready.ui.applyButton.click()
    host.wait_until(lambda: ready.ui.statusLabel.text() not in ("Starting the network", ""), seconds=60)
    assert set(descendants(os.getpid())) - mine
    start = time.monotonic()
    if how == "cancelled":
        ready.ui.applyButton.click()
    elif how == "module reloaded":
        module.close()
        module.open()
    else:
        host.scene.Clear(False)
    while set(descendants(os.getpid())) - mine:
        assert time.monotonic() - start < LONGEST_CANCEL_S
        time.sleep(0.005)
    assert not module.widget.panel.running


def test_a_module_reloaded_during_a_run_stops_it_and_goes_on_with_its_keys(
    host: Desktop, module: LoadedModule, ready: Any, network: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ParaspinalFatLib.panel import case_panel

    monkeypatch.setattr(case_panel, "worker_python", lambda: network("time.sleep(60)"))
    ready.ui.applyButton.click()
    host.wait_until(lambda: ready.ui.statusLabel.text().startswith("Outlining"))
    again = module.reload()
    assert not ready.panel.running
    assert again.ui.waterSelector.currentNode() is ready.ui.waterSelector.currentNode()
    assert again.ui.applyButton.isEnabled()
    keys = [shortcut.key().toString() for shortcut in again.parent.findChildren(QtGui.QShortcut)]
    assert [keys.count(key) for key in ("N", "P", "Z")] == [1, 1, 1]
    again.ui.fatSelector.setCurrentNode(None)
    assert again._parameterNode.fatVolume is None


def test_unloading_twice_and_leaving_afterwards_do_no_harm(ready: Any) -> None:
    ready.cleanup()
    ready.cleanup()
    ready.exit()
