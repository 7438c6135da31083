"""A batch that is killed (kill -9) at 20 random moments, against one that is not: are the tables the same?

Run: python Testing/benchmarks/cohort_kills.py [--kills 20] [--cases 60] [--seed 0] [--light]
Drawn torsos and the tiny network of the tests, one in ten cases broken, two workers; with --light, cases without an image
that take 0.2 s each, so that more kills fit into the time. After each kill: every case folder that is there is complete. In
the end: tables byte for byte those of the undisturbed run (but for the seconds and attempts that cases took), nothing
unfinished left, no case done twice.
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

from cohort_cases import add_rows, write_broken, write_cases, write_lines
from torso import CARD, trained_network, write_weights

EARLY = 0.25
"""Part of the kills that fall into the first seconds, while workers start; the others follow a finished case."""

EARLY_SECONDS, LATE_SECONDS = 15.0, 2.0
"""Longest time from the start, or from the first case finished after it, to the kill."""

FILES = {False: 6, True: 2}
"""In the folder of a finished case, a real and a light one."""

LIGHT_SECONDS = "0.2"
"""How long a light case takes."""


def start(manifest: Path, output: Path, weights: Path | None) -> subprocess.Popen:
    """A batch in a process of its own; of light cases where there are no weights."""
    if weights is None:
        script = ROOT / "Testing" / "cohort" / "light_batch.py"
        light = [sys.executable, str(script), str(manifest), str(output), "2", LIGHT_SECONDS]
        return subprocess.Popen(light, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    arguments = ["--manifest", manifest, "--output", output, "--weights", weights, "--workers", 2, "--quiet"]
    command = [sys.executable, "-m", "ParaspinalFatLib", "batch", *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def tables(output: Path) -> dict[str, object]:
    """The tables, without the seconds that cases took."""
    with (output / "status.tsv").open(newline="") as file:
        states = [{**row, "seconds": "", "attempts": ""} for row in csv.DictReader(file, delimiter="\t")]
    return {"status": states, **{name: (output / name).read_bytes() for name in ("measurements.csv", "cases.tsv")}}


def write_real(folder: Path, count: int) -> tuple[Path, Path]:
    """Manifest of drawn cases, one in ten broken, and the card of the tiny network."""
    manifest = write_cases(folder / "data", count)
    broken = dict(list(write_broken(folder / "data").items())[: max(1, count // 10)])
    add_rows(manifest, {kind: cells for kind, (cells, _) in broken.items()})
    return manifest, write_weights(folder, CARD, trained_network())


def write_light(folder: Path, count: int) -> tuple[Path, None]:
    """Manifest of light cases, one in ten bad."""
    (folder / "image").write_bytes(b"any")
    names = [f"{'bad' if number % 10 == 7 else 'p'}{number}" for number in range(count)]
    return write_lines(folder / "cases.csv", ["case,anatomy,odi", *(f"{name},image,1" for name in names)]), None


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
    for name, default in (("--kills", 20), ("--cases", 60), ("--seed", 0)):
        parser.add_argument(name, type=int, default=default)
    parser.add_argument("--light", action="store_true")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        manifest, weights = write_light(folder, options.cases) if options.light else write_real(folder, options.cases)
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
            assert all(len(list(place.parent.iterdir())) == FILES[options.light] for place in now), (
                "a case folder is not complete"
            )
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
