"""A simulated study with known effects, written as the two tables that the command reads.

As in the study of chronic low back pain (Eur Radiol), fat goes with disability, partly through endurance:

    ff        = 5 + 0.25 age + 3 (women) + e1        e1 of SD 5
    endurance = 160 - 2 ff - 0.3 age + e2            e2 of SD 12
    odi       = 30 + 0.3 ff - 0.2 endurance + e3     e3 of SD 6
    noise     has nothing to do with anything

Per point of fat: a = -2, direct effect 0.3, indirect (-2)(-0.2) = 0.4, total 0.7, of which 57 % mediated. Given age and sex,
corr(ff, endurance) = -2 x 25 / (5 sqrt(244)) = -0.640 and corr(ff, odi) = 0.7 x 25 / (5 sqrt(54.01)) = 0.476.

Run as a script with a folder to write ``measurements.csv`` and ``covariates.csv`` there.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

PARTIAL_FF_ENDURANCE = -50 / (5 * np.sqrt(244))
PARTIAL_FF_ODI = 0.7 * 25 / (5 * np.sqrt(0.49 * 25 + 0.04 * 144 + 36))
INDIRECT, DIRECT, TOTAL = 0.4, 0.3, 0.7

MEASURE = "MF:both:whole:ff_mean_pct"


def write_study(folder: Path, n: int = 400, seed: int = 1, missing: int = 7) -> Path:
    """Write both tables; the last ``missing`` cases lack their endurance."""
    random = np.random.default_rng(seed)
    age = random.uniform(20, 80, n)
    woman = random.integers(0, 2, n)
    ff = 5 + 0.25 * age + 3 * woman + random.normal(0, 5, n)
    endurance = 160 - 2 * ff - 0.3 * age + random.normal(0, 12, n)
    odi = 30 + 0.3 * ff - 0.2 * endurance + random.normal(0, 6, n)
    healthy = random.integers(0, 2, n)
    noise = random.normal(0, 1, n)
    folder.mkdir(parents=True, exist_ok=True)
    rows = [f"k{k:04},MF,both,whole,,dixon,{ff[k]:.6f}" for k in range(n)]
    head = "case,structure,side,region,level,fat_method,ff_mean_pct"
    (folder / "measurements.csv").write_text("\n".join([head, *rows]) + "\n")
    rows = [
        f"k{k:04},p{k:04},{'female' if woman[k] else 'male'},{age[k]:.3f},{'healthy' if healthy[k] else 'pain'},"
        f"{'' if k >= n - missing else format(endurance[k], '.6f')},{odi[k]:.6f},{noise[k]:.6f}"
        for k in range(n)
    ]
    head = "case,person,sex,age,group,endurance,odi,noise"
    (folder / "covariates.csv").write_text("\n".join([head, *rows]) + "\n")
    return folder


if __name__ == "__main__":
    write_study(Path(sys.argv[1]))
