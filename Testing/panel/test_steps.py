"""Work in pieces: computing happens in a thread, the rest in the main thread, and it can be stopped between any two."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from host.desktop import Desktop


def test_pieces_run_where_they_belong_and_results_come_back(host: Desktop) -> None:
    from ParaspinalFatLib.panel.steps import Steps, Work

    seen: list[Any] = []

    def work() -> Work:
        seen.append(threading.current_thread() is threading.main_thread())
        thread = yield threading.current_thread
        seen.append(thread is threading.main_thread())
        yield None
        seen.append((yield lambda: 6 * 7))

    steps = Steps(work(), lambda error: seen.append(error))
    steps.start()
    assert seen == [], "nothing happens before the event loop's next turn"
    host.wait_until(lambda: not steps.running, seconds=5)
    assert seen == [True, False, 42]


def test_an_error_in_a_thread_can_be_handled_where_the_piece_was_asked_for(host: Desktop) -> None:
    from ParaspinalFatLib.panel.steps import Steps, Work

    seen: list[Any] = []

    def divide() -> float:
        return 1 / 0

    def work() -> Work:
        try:
            yield divide
        except ZeroDivisionError:
            seen.append("handled")
        yield divide
        seen.append("not reached")

    steps = Steps(work(), lambda error: seen.append(type(error)))
    steps.start()
    host.wait_until(lambda: not steps.running, seconds=5)
    assert seen == ["handled", ZeroDivisionError]


@pytest.mark.parametrize("pieces", [0, 1, 2])
def test_stopped_work_does_no_further_piece_and_cleans_up(host: Desktop, pieces: int) -> None:
    from ParaspinalFatLib.panel.steps import Steps, Work

    seen: list[Any] = []
    release = threading.Event()

    def work() -> Work:
        try:
            for number in range(pieces):
                seen.append(number)
                yield None
            yield release.wait
            seen.append("too late")
        finally:
            seen.append("cleaned up")

    steps = Steps(work(), lambda error: seen.append(error))
    steps.start()
    if pieces:
        host.wait_until(lambda: len(seen) == pieces, seconds=5)
    steps.stop()
    steps.stop()
    release.set()
    for _turn in range(10):
        host.process_events()
        time.sleep(0.005)
    assert seen == [*range(pieces), *(["cleaned up"] if pieces else [])]


def test_a_piece_may_stop_its_own_work(host: Desktop) -> None:
    from ParaspinalFatLib.panel.steps import Steps, Work

    seen: list[Any] = []

    def work() -> Work:
        steps.stop()
        seen.append("the rest of the piece")
        yield None
        seen.append("the next piece")

    steps = Steps(work(), lambda error: seen.append(error))
    steps.start()
    host.wait_until(lambda: bool(seen), seconds=5)
    host.process_events()
    assert seen == ["the rest of the piece"]
    assert not steps.running


def test_the_event_loop_goes_on_while_a_thread_computes(host: Desktop) -> None:
    from ParaspinalFatLib.panel.steps import Steps, Work

    def work() -> Work:
        yield lambda: time.sleep(0.3)

    steps = Steps(work(), lambda _error: None)
    steps.start()
    longest, before = 0.0, time.monotonic()
    while steps.running:
        host.process_events()
        longest, before = max(longest, time.monotonic() - before), time.monotonic()
    assert longest < 0.15
