"""Lofts keep to their sections and close at their ends."""

from __future__ import annotations

import pytest

from ParaspinalFatLib.sample.lofts import TAPER_MM, Loft

SQUARE = ((-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0))
DOUBLE = tuple((2 * x, 2 * y) for x, y in SQUARE)
LOFT = Loft({0.0: SQUARE, 10.0: DOUBLE}, top=30.0)


@pytest.mark.parametrize(("z", "points"), [(0.0, SQUARE), (10.0, DOUBLE), (-5.0, SQUARE), (15.0, DOUBLE)])
def test_a_section_is_met_at_its_height_and_goes_on_beyond_the_last(z: float, points: tuple) -> None:
    assert LOFT.points(z) == points


def test_between_two_sections_the_outline_lies_between_them() -> None:
    assert LOFT.outline(0).area < LOFT.outline(5).area < LOFT.outline(10).area


def test_an_end_closes_smoothly() -> None:
    assert LOFT.outline(30 - TAPER_MM).area == pytest.approx(LOFT.outline(12).area)
    assert LOFT.outline(28).area < 0.5 * LOFT.outline(12).area
    assert not LOFT.reaches(30)
    assert LOFT.reaches(28)


def test_width_scales_about_the_centre() -> None:
    assert LOFT.outline(0, width=0.5).area == pytest.approx(0.25 * LOFT.outline(0).area)
