"""RunControl: one run of the networks as the panel shows it, with its progress and the time it still takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import qt

from ParaspinalFatLib.panel.network_run import NetworkRun, Reports
from ParaspinalFatLib.panel.remaining_time import RemainingTime, remaining_text
from ParaspinalFatLib.panel.steps import Work

PERCENT = 100
CLOCK_MS = 1000


class RunControl:
    """Starts and ends a run, and shows how far it is.

    Args:
        ui: with ``progressBar`` and ``remainingLabel``.
        say: shows a sentence in the panel.

    Attributes:
        in_scene: the result is in the scene, so that the run cannot be cancelled any more.
    """

    def __init__(self, ui: Any, say: Callable[[str], None]) -> None:
        self._ui = ui
        self._say = say
        self._run: NetworkRun | None = None
        self._remaining = RemainingTime()
        self._clock = qt.QTimer()
        self._clock.setInterval(CLOCK_MS)
        self._clock.timeout.connect(self._show_remaining)
        self.in_scene = False

    @property
    def running(self) -> bool:
        """Whether the networks are at work."""
        return self._run is not None

    def begin(
        self, made: Callable[[Reports], NetworkRun], finish: Callable[[Any], Work], failed: Callable[[Exception], None]
    ) -> None:
        """Start a run.

        Args:
            made: makes it; takes who is to hear of it.
            finish: brings what it found into the scene, in pieces.
            failed: called with what ended it.
        """
        self._remaining = RemainingTime()
        self._ui.progressBar.setValue(0)
        self._ui.progressBar.setVisible(True)
        self._run = made(Reports(self._progress, finish, failed))
        self._run.start()
        self._clock.start()

    def stop(self) -> None:
        """End a run in progress; the scene stays as it was."""
        run = self._run
        self.is_over()
        if run is not None:
            run.stop()

    def is_over(self) -> None:
        """The run has ended: show no progress any more."""
        self._run = None
        self.in_scene = False
        self._clock.stop()
        self._ui.progressBar.setVisible(False)
        self._ui.remainingLabel.setVisible(False)

    def _progress(self, fraction: float, message: str) -> None:
        self._remaining.note(fraction, time.monotonic())
        self._ui.progressBar.setValue(int(PERCENT * fraction))
        self._say(message)
        self._show_remaining()

    def _show_remaining(self) -> None:
        text = remaining_text(self._remaining.seconds(time.monotonic()))
        self._ui.remainingLabel.setText(text)
        self._ui.remainingLabel.setVisible(bool(text))
