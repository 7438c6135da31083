"""Memory of a batch of 20 and of 2,000 light cases: it must not grow with their number.

Run: python Testing/benchmarks/cohort_memory.py [--cases 20 2000]
Peak resident memory of the program that hands out the cases, and of its one worker, sampled every 50 ms. The cases cost
nothing (two rows without an image), so what grows is what the program keeps of each.
"""
# ruff: noqa: E402  a script finds its neighbours and the library before it imports them

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "Testing")]

import psutil
from cohort_cases import write_lines

SCRIPT = ROOT / "Testing" / "cohort" / "light_batch.py"
GOAL_MB = 20.0


def peaks(cases: int) -> tuple[float, float, float]:
    """Peak MB of the program and of its workers, and the seconds it took."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "image").write_bytes(b"any")
        manifest = write_lines(Path(folder) / "m.csv", ["case,anatomy,odi", *(f"p{n},image,{n}" for n in range(cases))])
        begin = time.perf_counter()
        run = subprocess.Popen(
            [sys.executable, str(SCRIPT), str(manifest), f"{folder}/out", "1", "0"], stdout=subprocess.DEVNULL
        )
        program = workers = 0.0
        while run.poll() is None:
            program = max(program, resident_mb(psutil.Process(run.pid)))
            workers = max(workers, *map(resident_mb, psutil.Process(run.pid).children(recursive=True)), 0.0)
            time.sleep(0.05)
        assert run.returncode == 0
        assert (Path(folder) / "out" / "status.tsv").read_text().count("\tdone\t") == cases
        return program, workers, time.perf_counter() - begin


def resident_mb(process: psutil.Process) -> float:
    """Resident set size; 0 if the process has just ended."""
    try:
        return process.memory_info().rss / 1e6
    except psutil.Error:
        return 0.0


def main() -> int:
    """Print the peaks; 1 if the program grows by more than the goal from the first number of cases to the last."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, nargs="+", default=[20, 2000])
    found = {}
    for cases in parser.parse_args().cases:
        found[cases] = peaks(cases)
        program, workers, seconds = found[cases]
        print(f"{cases} cases: program {program:.0f} MB, worker {workers:.0f} MB, {seconds:.1f} s")
    values = list(found.values())
    growth = max(values[-1][0] - values[0][0], values[-1][1] - values[0][1])
    print(f"growth: {growth:.1f} MB (goal {GOAL_MB})")
    return int(growth > GOAL_MB)


if __name__ == "__main__":
    sys.exit(main())
