"""How much memory a large case takes: the network's process, and the growth of the program that started it.

Run: python Testing/benchmarks/memory.py [--weights CARD] [--size 512] [--slices 60] [--threads 2]
Goal: parent and worker together under 2 GB at their peak for 512 x 512 x 60 voxels; the parent grows by less than 300 MB and
never imports torch. Sums the resident sizes of both processes, sampled every 20 ms, so pages they share count twice.
"""
# ruff: noqa: E402  a script finds its neighbours and the library before it imports them

from __future__ import annotations

import argparse
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "Testing")]

import psutil
from torso import make_torso

from ParaspinalFatLib.errors import MeasurementError
from ParaspinalFatLib.segmentation.process import WorkerSegmenter

GOAL_TOTAL_MB = 2000
GOAL_GROWTH_MB = 300
SAMPLING_SECONDS = 0.02


class MemoryWatch:
    """Peak resident memory of this process and of its children while the block runs, in MB."""

    def __enter__(self) -> MemoryWatch:
        self.parent = self.children = self.total = 0.0
        self.running = True
        self.thread = threading.Thread(target=self._watch)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.running = False
        self.thread.join()

    def _watch(self) -> None:
        process = psutil.Process()
        while self.running:
            parent, children = resident_mb(process), sum(map(resident_mb, process.children(recursive=True)))
            self.parent, self.children = max(self.parent, parent), max(self.children, children)
            self.total = max(self.total, parent + children)
            time.sleep(SAMPLING_SECONDS)


def resident_mb(process: psutil.Process) -> float:
    """Resident set size; 0 if the process has just ended."""
    try:
        return process.memory_info().rss / 1e6
    except psutil.Error:
        return 0.0


def main() -> int:
    """Print the peaks; 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weights", help="card of the network; the program's own if not given")
    parser.add_argument("--size", type=int, default=512, help="pixels along rows and columns")
    parser.add_argument("--slices", type=int, default=60)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    image = make_torso(400.0 / arguments.size, arguments.slices, size_mm=400.0, scale=400.0 / 156.0).image
    assert image.array.shape == (arguments.slices, arguments.size, arguments.size)
    before = resident_mb(psutil.Process())
    begin = time.perf_counter()
    with MemoryWatch() as peak:
        try:
            WorkerSegmenter(arguments.weights, "cpu", arguments.threads)(image)
        except MeasurementError as nothing_found:  # a phantom may hold nothing the network knows; memory is the same
            print(nothing_found)
    print(f"{arguments.size} x {arguments.size} x {arguments.slices} voxels in {time.perf_counter() - begin:.1f} s")
    print(
        f"peak: {peak.total:.0f} MB together (goal {GOAL_TOTAL_MB}), worker {peak.children:.0f}, parent {peak.parent:.0f} MB"
    )
    growth = peak.parent - before
    torch_loaded = "torch" in sys.modules
    print(f"the parent grew by {growth:.0f} MB (goal {GOAL_GROWTH_MB}); torch imported in it: {torch_loaded}")
    return int(peak.total >= GOAL_TOTAL_MB or growth >= GOAL_GROWTH_MB or torch_loaded)


if __name__ == "__main__":
    sys.exit(main())
