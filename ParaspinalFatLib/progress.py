"""How long work reports its progress and learns that it should stop."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float, str], None]
"""``progress(fraction, message)``: ``fraction`` 0 to 1, ``message`` a short phrase for the user.

A callback stops the work by raising :class:`ParaspinalFatLib.errors.Cancelled`.
"""


def no_progress(fraction: float, message: str) -> None:
    """Report to nobody."""


def part(progress: Progress, start: float, stop: float) -> Progress:
    """Progress of one step that fills ``start`` to ``stop`` of the whole.

    >>> part(lambda fraction, message: print(fraction, message), 0.5, 1.0)(0.5, "half of the second half")
    0.75 half of the second half
    """
    return lambda fraction, message: progress(start + (stop - start) * fraction, message)
