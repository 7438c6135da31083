"""Average precision against areas that can be counted by hand."""

import math

import pytest

from ParaspinalFatLib.evaluation.average_precision import Found, are_scored, average_precision


def ranked(pattern: str) -> list[Found]:
    """From the surest to the least sure: + is a hit."""
    return [Found(1.0 - 0.1 * place, sign == "+") for place, sign in enumerate(pattern)]


@pytest.mark.parametrize(
    ("pattern", "true", "area"),
    [
        ("++", 2, 1.0),
        ("+-+", 2, 0.5 * 1 + 0.5 * 2 / 3),
        ("-+", 1, 1 / 2),
        ("-++", 2, 2 / 3),  # at recall 1/2 the precision was 1/2, but 2/3 is reached further on
        ("+-", 2, 0.5),
        ("--", 2, 0.0),
        ("", 2, 0.0),
    ],
)
def test_the_area_is_that_under_the_best_precision_at_any_higher_recall(pattern, true, area):
    assert average_precision(ranked(pattern), true) == pytest.approx(area)


def test_equal_scores_make_one_point_of_precision_times_recall():
    found = [Found(0.7, hit) for hit in (True, False, True)]
    assert average_precision(found, true=4) == pytest.approx((2 / 3) * (2 / 4))
    assert average_precision(found[::-1], true=4) == average_precision(found, true=4)


def test_without_scores_it_is_precision_times_recall():
    assert average_precision([Found(math.nan, True), Found(math.nan, False)], true=2) == pytest.approx(0.5 * 0.5)


def test_one_missing_score_makes_all_of_them_unused():
    found = [Found(0.9, True), Found(0.1, False), Found(math.nan, False)]
    assert not are_scored(found)
    assert average_precision(found, true=1) == pytest.approx(1 / 3)


def test_only_the_order_of_scores_matters():
    pattern = ranked("+--+-+")
    squared = [Found(one.score**2, one.is_hit) for one in reversed(pattern)]
    assert average_precision(squared, 4) == pytest.approx(average_precision(pattern, 4))


def test_nothing_to_be_found_has_no_answer():
    assert math.isnan(average_precision(ranked("-"), true=0))


def test_nothing_found_is_not_scored():
    assert not are_scored([])
