"""Counting levels in drawn probabilities of a midline plane."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.measurement.level_counting import Counting, count_levels
from ParaspinalFatLib.measurement.level_names import LevelKind
from ParaspinalFatLib.measurement.spine_classes import SpineClass

STEP = 24
"""Rows from disc to disc: 36 mm."""

FIRST = 20


def drawn(
    discs: int = 6, *, anchor: int | None = 0, certainty: float = 0.95, missing: tuple[int, ...] = (), first: int = FIRST
) -> np.ndarray:
    """Probabilities (5, h, 60): ``discs`` discs from row ``first`` on with bodies between, one of them on the sacrum."""
    height = first + STEP * discs
    planes = np.zeros((5, height, 60), np.float32)
    for number in range(discs):
        row = first + STEP * number
        if number not in missing:
            channel = SpineClass.LOWEST_DISC if number == anchor else SpineClass.DISC
            planes[channel, row - 3 : row + 3, 15:40] = certainty
        channel = SpineClass.LOWEST_BODY if number == anchor else SpineClass.BODY
        planes[channel, row + 4 : row + STEP - 4, 15:38] = certainty
    planes[SpineClass.BACKGROUND] = 1 - planes.sum(axis=0)
    return planes


def discs_of(counting: Counting) -> list[str]:
    return [level.name for level in counting.levels if level.kind is LevelKind.DISC]


def test_discs_are_named_upwards_from_the_one_on_the_sacrum() -> None:
    counting = count_levels(drawn(7))
    assert discs_of(counting) == ["L5/S1", "L4/5", "L3/4", "L2/3", "L1/2", "T12/L1", "T11/12"]
    assert counting.reason == ""
    assert counting.confidence > 0.8


def test_bodies_are_named_between_their_discs() -> None:
    bodies = [level for level in count_levels(drawn(5)).levels if level.kind is LevelKind.VERTEBRA]
    assert [level.name for level in bodies] == ["L5", "L4", "L3", "L2"]
    assert bodies[0].row == pytest.approx(FIRST + STEP / 2 - 0.5)


def test_a_disc_lies_in_the_middle_of_its_pixels() -> None:
    level = count_levels(drawn()).levels[0]
    assert (level.row, level.column) == pytest.approx((FIRST - 0.5, 27.0))


def test_without_a_recognised_anchor_it_cannot_be_told() -> None:
    counting = count_levels(drawn(anchor=None))
    assert counting.levels == ()
    assert "sacrum was not recognised" in counting.reason


def test_an_anchor_without_the_body_above_it_is_not_believed() -> None:
    planes = drawn()
    planes[SpineClass.BODY] += planes[SpineClass.LOWEST_BODY]
    planes[SpineClass.LOWEST_BODY] = 0
    assert "not recognised" in count_levels(planes).reason


def test_two_anchors_cannot_be_told() -> None:
    planes = drawn()
    above = slice(FIRST + STEP - 3, FIRST + 2 * STEP - 4)
    for named, other in ((SpineClass.LOWEST_DISC, SpineClass.DISC), (SpineClass.LOWEST_BODY, SpineClass.BODY)):
        shared = 0.45 * planes[other, above]
        planes[named, above] += shared
        planes[other, above] -= shared
    counting = count_levels(planes)
    assert counting.levels == ()
    assert "two discs" in counting.reason


def test_a_disc_below_the_anchor_cannot_be_told() -> None:
    assert "below" in count_levels(drawn(anchor=1)).reason


def test_a_sacrum_outside_the_field_of_view_cannot_be_told() -> None:
    assert "outside the field of view" in count_levels(drawn(first=4)).reason


def test_names_are_not_counted_across_a_missing_disc() -> None:
    assert discs_of(count_levels(drawn(6, missing=(3,)))) == ["L5/S1", "L4/5", "L3/4"]


def test_a_row_that_is_broken_at_once_cannot_be_told() -> None:
    counting = count_levels(drawn(6, missing=(1,)))
    assert counting.levels == ()
    assert "broken" in counting.reason


def test_a_hesitant_network_is_not_believed() -> None:
    planes = drawn(certainty=0.6)
    lowest = slice(FIRST - 3, FIRST + 3)
    planes[SpineClass.DISC, lowest] += 0.4 * planes[SpineClass.LOWEST_DISC, lowest]
    planes[SpineClass.LOWEST_DISC, lowest] *= 0.6
    counting = count_levels(planes)
    assert counting.levels == ()
    assert "confidence" in counting.reason


def test_one_disc_is_too_few() -> None:
    assert "fewer than two discs" in count_levels(drawn(1)).reason


def test_crumbs_are_no_discs() -> None:
    planes = drawn()
    planes[SpineClass.DISC, 6:8, 45:50] = 0.9
    assert discs_of(count_levels(planes)) == discs_of(count_levels(drawn()))


def test_no_level_is_surer_than_the_one_below() -> None:
    confidences = [level.confidence for level in count_levels(drawn()).levels if level.kind is LevelKind.DISC]
    assert confidences == sorted(confidences, reverse=True)
