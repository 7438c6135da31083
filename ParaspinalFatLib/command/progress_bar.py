"""A progress bar on standard error, so that standard output stays clean for results."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

from ParaspinalFatLib.progress import Progress, no_progress


@contextlib.contextmanager
def progress_bar(*, shown: bool) -> Iterator[Progress]:
    """A progress callback that draws a bar with the remaining time while the block runs, or nothing."""
    if not shown:
        yield no_progress
        return
    from tqdm import tqdm  # part of the command's packages, not of Slicer's Python

    layout = "{desc:<34.34}|{bar}| {percentage:3.0f} % [{elapsed}<{remaining}]"
    with tqdm(total=1.0, bar_format=layout, file=sys.stderr) as bar:

        def advance(fraction: float, message: str) -> None:
            bar.set_description_str(message, refresh=False)
            bar.update(max(0.0, fraction - bar.n))

        yield advance
