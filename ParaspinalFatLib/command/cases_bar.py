"""The bar of a batch on standard error: how many cases have ended, and how."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import Any


class Advance:
    """Moves a progress bar."""

    def __init__(self, bar: Any) -> None:
        self._bar = bar

    def __call__(self, note: str, moved: int = 1, title: str = "") -> None:
        """Move it by a number of cases, with a note behind it and perhaps another title before it."""
        if self._bar is None:
            return
        if title:
            self._bar.set_description_str(title, refresh=False)
        self._bar.set_postfix_str(note, refresh=False)
        self._bar.update(moved)
        self._bar.refresh()

    def say(self, line: str) -> None:
        """Print a line without breaking the bar."""
        if self._bar is None:
            print(line)
        else:
            self._bar.write(line, file=sys.stdout)


@contextlib.contextmanager
def cases_bar(total: int, title: str, *, shown: bool) -> Iterator[Advance]:
    """A bar of ``total`` cases while the block runs, or none."""
    if not shown:
        yield Advance(None)
        return
    from tqdm import tqdm

    layout = "{desc:<18.18}|{bar}| {n_fmt}/{total_fmt} cases [{elapsed}<{remaining}]{postfix}"
    with tqdm(total=total, bar_format=layout, file=sys.stderr, desc=title, mininterval=0.5) as bar:
        yield Advance(bar)
