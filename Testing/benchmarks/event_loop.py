"""How long the event loop is held up during a run from the panel, by a timer that should ring every 5 ms.

Run: python Testing/benchmarks/event_loop.py [--large]
Goal: no ring comes more than 50 ms late, from pressing Apply until the numbers are shown. On a computer that is busy with
other programs the time for which this thread worked, printed beside it, tells more.

The real module file, .ui, worker process and network; the bundled sample case, or 512 x 512 x 60 voxels with --large. The
panel is not painted: the stand-ins' plots are drawn by the processor here and by the graphics card in Slicer.
"""
# ruff: noqa: E402  a script finds its neighbours and the library before it imports them

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "Testing"), str(Path(__file__).resolve().parent)]

from host.desktop import Desktop, desktop
from measurement_speed import large_case
from PySide6 import QtCore

from ParaspinalFatLib.imaging.reading import read_image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.resources import resource
from ParaspinalFatLib.scene.volumes import add_volume

GOAL_S = 0.05
RING_MS = 5


class Heartbeat:
    """Notes of each ring of a timer how late it comes, how long this thread has worked for it, and what the panel says."""

    def __init__(self, status: Any) -> None:
        self.late: list[tuple[float, float, str]] = []
        self._status = status
        self._last, self._worked = time.perf_counter(), time.thread_time()
        self._timer = QtCore.QTimer()
        self._timer.setTimerType(QtCore.Qt.TimerType.PreciseTimer)
        self._timer.setInterval(RING_MS)
        self._timer.timeout.connect(self._ring)
        self._timer.start()

    def _ring(self) -> None:
        now, worked = time.perf_counter(), time.thread_time()
        self.late.append((now - self._last - RING_MS / 1000, worked - self._worked, self._status.text().split("\n")[0]))
        self._last, self._worked = now, worked


def images(large: bool) -> dict[Role, Any]:
    """Water and fat."""
    if not large:
        return {role: read_image(resource("SampleCase", f"{role.value}.nii.gz")) for role in (Role.WATER, Role.FAT)}
    water, _labels, fat_map = large_case(512, 60)
    fat = fat_map.image.array * 1000
    return {Role.WATER: water.with_array(1000 - fat), Role.FAT: water.with_array(fat)}


def run(running: Desktop, module: Any, case: dict[Role, Any]) -> Heartbeat:
    """One run from Apply to numbers."""
    widget = module.open()
    for role, image in case.items():
        selector = widget.ui.waterSelector if role is Role.WATER else widget.ui.fatSelector
        selector.setCurrentNode(add_volume(running.scene, image, role.value))
    running.process_events()
    heart = Heartbeat(widget.ui.statusLabel)
    running.process_events()
    heart.late.clear()
    widget.ui.applyButton.click()
    end = time.monotonic() + 300
    while widget.panel.running and time.monotonic() < end:
        running.process_events()
    for _turn in range(50):
        running.process_events()
        time.sleep(0.002)
    print(widget.ui.statusLabel.text().split("\n")[0])
    return heart


def main() -> int:
    """Print the longest blocks; 1 if the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--large", action="store_true")
    case = images(parser.parse_args().large)
    with desktop() as running:
        module = running.load(REPOSITORY / "ParaspinalFat" / "ParaspinalFat.py")
        heart = run(running, module, case)
        module.close()
        errors = list(running.errors)
    worst = sorted(heart.late, reverse=True)[:6]
    print(f"{len(heart.late)} rings; the latest, ms (of which this thread worked):")
    for late, worked, said in worst:
        print(f"  {1000 * late:.0f} ({1000 * worked:.0f}) at '{said}'")
    print(f"goal < {1000 * GOAL_S:.0f} ms; errors: {errors}")
    return int(worst[0][0] >= GOAL_S or bool(errors))


if __name__ == "__main__":
    sys.exit(main())
