"""How long Slicer waits for this module at start: python Testing/benchmarks/import_time.py

Loads the module file in a fresh process in which the application is up, as Slicer does when it starts (goal: under
0.2 s), and opens its panel. What ``import slicer`` itself takes is printed beside it. The fastest of a few runs counts:
the others measure what else the computer was doing.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
RUNS = 5

MEASURE = """
import sys, time
start = time.perf_counter()
import slicer, slicer.util, vtk, vtk.util.numpy_support
slicer_seconds = time.perf_counter() - start
sys.path[:0] = [{root!r}, {root!r} + "/Testing"]
import host.desktop
from pathlib import Path
for name in [name for name in sys.modules if name.startswith("ParaspinalFatLib")]:
    del sys.modules[name]
with host.desktop.desktop() as running:
    start = time.perf_counter()
    module = running.load(Path({root!r}, "ParaspinalFat", "ParaspinalFat.py"))
    module_seconds = time.perf_counter() - start
    start = time.perf_counter()
    module.open()
    print(slicer_seconds, module_seconds, time.perf_counter() - start, "torch" in sys.modules)
    module.close()
"""


def measured() -> tuple[float, float, float]:
    """Seconds for ``import slicer``, for the module file beyond it, and for opening the panel."""
    code = MEASURE.format(root=str(REPOSITORY))
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    *seconds, torch = result.stdout.split()
    assert torch == "False", "opening the panel has loaded torch"
    slicer_seconds, module_seconds, panel_seconds = map(float, seconds)
    return slicer_seconds, module_seconds, panel_seconds


def main() -> None:
    runs = [measured() for _run in range(RUNS)]
    slicer_seconds, module_seconds, panel_seconds = (min(column) for column in zip(*runs, strict=True))
    print(f"import slicer               {slicer_seconds:6.3f} s")
    share = module_seconds / slicer_seconds
    print(f"module file beyond it       {module_seconds:6.3f} s   (goal < 0.2 s; {share:.2f} of import slicer)")
    print(f"opening the panel           {panel_seconds:6.3f} s")


if __name__ == "__main__":
    main()
