"""What is left of a run is estimated from its progress, and nothing is said before its speed is known."""

from __future__ import annotations

import pytest

from ParaspinalFatLib.panel.remaining_time import RemainingTime, remaining_text


def test_nothing_is_known_until_a_tenth_of_the_work_was_seen() -> None:
    estimate = RemainingTime()
    estimate.note(0.0, 0.0)
    estimate.note(0.02, 4.0)
    estimate.note(0.05, 5.0)
    estimate.note(0.11, 7.0)
    assert estimate.seconds(7.0) is None
    estimate.note(0.14, 8.0)
    assert estimate.seconds(8.0) == pytest.approx(0.86 / 0.03)


def test_loading_the_network_does_not_count_as_slowness() -> None:
    estimate = RemainingTime()
    for fraction, now in ((0.0, 0.0), (0.02, 20.0), (0.32, 23.0), (0.62, 26.0)):
        estimate.note(fraction, now)
    assert estimate.seconds(26.0) == pytest.approx(3.8)
    assert estimate.seconds(28.0) == pytest.approx(1.8), "time goes on between two pieces of news"
    assert estimate.seconds(60.0) == 0.0


def test_the_same_news_again_changes_nothing() -> None:
    estimate = RemainingTime()
    for fraction, now in ((0.1, 0.0), (0.2, 1.0), (0.2, 5.0), (0.3, 2.0)):
        estimate.note(fraction, now)
    assert estimate.seconds(2.0) == pytest.approx(7.0)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, ""),
        (0.0, "less than 5 s left"),
        (5.1, "about 10 s left"),
        (60.0, "about 60 s left"),
        (61.0, "about 2 min left"),
    ],
)
def test_durations_are_said_for_people_and_rounded_up(seconds: float | None, text: str) -> None:
    assert remaining_text(seconds) == text
