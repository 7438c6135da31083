"""How long a run will still take, from the progress so far; nothing is said until it is known. Knows no Qt."""

from __future__ import annotations

import math
from collections import deque

from ParaspinalFatLib.scene.translation import tr as _

KNOWN_SHARE = 0.1
"""Part of the work that must be seen before its speed counts as known: loading the network says nothing about outlining."""

REMEMBERED = 40
"""News that the estimate looks back on, so that it follows a computer that becomes busy."""

SECONDS_STEP = 5
MINUTE = 60


class RemainingTime:
    """Estimates from news of progress how many seconds are left.

    >>> estimate = RemainingTime()
    >>> for second in range(5):
    ...     estimate.note(0.02 + 0.1 * second, 10.0 + second)
    >>> round(estimate.seconds(14.0), 1)
    5.8
    """

    def __init__(self) -> None:
        self._news: deque[tuple[float, float]] = deque(maxlen=REMEMBERED)

    def note(self, fraction: float, now: float) -> None:
        """Hear that ``fraction`` (0 to 1) of the work was done at ``now`` (seconds of any clock)."""
        if fraction > 0 and (not self._news or fraction > self._news[-1][0]):  # at 0 it has only been started
            self._news.append((fraction, now))

    def seconds(self, now: float) -> float | None:
        """Seconds left at ``now``; None as long as the speed of the work is not known."""
        if len(self._news) < 3:
            return None
        (first, start), (last, end) = self._news[0], self._news[-1]
        if last - first < KNOWN_SHARE or end <= start:
            return None
        speed = (last - first) / (end - start)
        return max(0.0, (1.0 - last) / speed - (now - end))


def remaining_text(seconds: float | None) -> str:
    """A duration for people, rounded up; empty for an unknown one.

    >>> remaining_text(None), remaining_text(3.2), remaining_text(22), remaining_text(200)
    ('', 'less than 5 s left', 'about 25 s left', 'about 4 min left')
    """
    if seconds is None:
        return ""
    if seconds <= SECONDS_STEP:
        return _("less than {seconds} s left").format(seconds=SECONDS_STEP)
    if seconds <= MINUTE:
        return _("about {seconds} s left").format(seconds=SECONDS_STEP * math.ceil(seconds / SECONDS_STEP))
    return _("about {minutes} min left").format(minutes=math.ceil(seconds / MINUTE))
