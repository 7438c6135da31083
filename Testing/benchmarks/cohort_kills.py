"""A batch that is killed (kill -9) at 20 random moments, against one that is not: are the tables the same?

Run: python Testing/benchmarks/cohort_kills.py [--kills 20] [--cases 40] [--seed 0]
Drawn torsos and the tiny network of the tests, one in ten cases broken, two workers. After each kill: every case folder that
is there is complete. In the end: tables byte for byte those of the undisturbed run (but for the seconds that cases took),
nothing unfinished left, no case done twice.
"""
# ruff: noqa: E402  a script finds its neighbours and the library before it imports them

from __future__ import annotations

import argparse
import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "Testing")]

from cohort_cases import add_rows, write_broken, write_cases
from torso import CARD, trained_network, write_weights

EARLY = 0.25
"""Part of the kills that fall into the first seconds, while workers start; the others follow a finished case."""

EARLY_SECONDS, LATE_SECONDS = 15.0, 2.0
"""Longest time from the start, or from the first case finished after it, to the kill."""

FILES = 6
"""In the folder of a finished case."""


def start(manifest: Path, output: Path, weights: Path) -> subprocess.Popen:
    """A batch in a process of its own."""
    arguments = ["--manifest", manifest, "--output", output, "--weights", weights, "--workers", 2, "--quiet"]
    command = [sys.executable, "-m", "ParaspinalFatLib", "batch", *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def tables(output: Path) -> dict[str, object]:
    """The tables, without the seconds that cases took."""
    with (output / "status.tsv").open(newline="") as file:
        states = [{**row, "seconds": "", "attempts": ""} for row in csv.DictReader(file, delimiter="\t")]
    return {"status": states, **{name: (output / name).read_bytes() for name in ("measurements.csv", "cases.tsv")}}


def wait_for_the_moment(process: subprocess.Popen, output: Path, chance: random.Random) -> None:
    """Sleep until a random moment, early or while cases finish one after the other."""
    if chance.random() < EARLY:
        time.sleep(chance.uniform(0.0, EARLY_SECONDS))
        return
    before = len(list(output.glob("sub-*/case.json")))
    while process.poll() is None and len(list(output.glob("sub-*/case.json"))) == before:
        time.sleep(0.02)
    time.sleep(chance.uniform(0.0, LATE_SECONDS))


def main() -> int:
    """Print what happened; 1 if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (("--kills", 20), ("--cases", 40), ("--seed", 0)):
        parser.add_argument(name, type=int, default=default)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        manifest = write_cases(folder / "data", options.cases)
        broken = dict(list(write_broken(folder / "data").items())[: max(1, options.cases // 10)])
        add_rows(manifest, {kind: cells for kind, (cells, _) in broken.items()})
        weights = write_weights(folder, CARD, trained_network())
        begin = time.perf_counter()
        complained = start(manifest, folder / "whole", weights).communicate()[1]
        print(f"undisturbed: {time.perf_counter() - begin:.0f} s; {complained.strip()}")
        output, kills, finished = folder / "killed", 0, {}
        while kills < options.kills:
            process = start(manifest, output, weights)
            wait_for_the_moment(process, output, chance)
            if process.poll() is not None:
                print("  finished before the kill")
                break
            process.kill()
            process.communicate()
            kills += 1
            time.sleep(1.0)
            now = {place: place.stat().st_mtime_ns for place in output.glob("sub-*/case.json")}
            assert all(now[place] == when for place, when in finished.items()), "a finished case was done again"
            assert all(len(list(place.parent.iterdir())) == FILES for place in now), "a case folder is not complete"
            finished = now
            print(f"  kill {kills}: {len(finished)} cases finished", flush=True)
        start(manifest, output, weights).communicate()
        same = tables(output) == tables(folder / "whole")
        rest = list((output / ".batch" / "unfinished").glob("*"))
        states = [row["state"] for row in tables(output)["status"]]
    print(f"{kills} kills; tables the same: {same}; unfinished folders left: {len(rest)}")
    print(f"{states.count('done')} done, {states.count('failed')} failed of {len(states)}; load {os.getloadavg()[0]:.1f}")
    return int(not same or bool(rest))


if __name__ == "__main__":
    sys.exit(main())
