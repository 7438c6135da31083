"""The spine alternates discs and bodies, and the canal runs behind them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from ParaspinalFatLib.sample.scan import SEED, Body
from ParaspinalFatLib.sample.spine import ARCH, BODY, BODY_CENTRE, CANAL, DISC, DISCS, SACRUM, course
from ParaspinalFatLib.sample.tissue import Canvas


@pytest.fixture(scope="module")
def body() -> Body:
    return Body.random(np.random.default_rng(SEED))


def section(body: Body, z: float) -> Canvas:
    left, back, _ = course(z)
    x, y = np.meshgrid(np.arange(-40, 40, 0.5, np.float32), np.arange(-60, 50, 0.5, np.float32))
    return body.section(x + np.float32(left), y + np.float32(back), z)


def at(canvas: Canvas, x: float, y: float) -> int:
    nearest = np.argmin(np.hypot(canvas.x - x, canvas.y - y))
    return int(canvas.structure.flat[nearest])


@pytest.mark.parametrize("disc", DISCS, ids=lambda disc: disc.level)
def test_the_middle_of_every_disc_is_disc(body: Body, disc) -> None:
    assert at(section(body, disc.height), *BODY_CENTRE) == DISC


@pytest.mark.parametrize(("below", "above"), [*itertools.pairwise(DISCS)], ids=lambda disc: disc.level)
def test_half_way_between_discs_is_vertebral_body_with_its_arch(body: Body, below, above) -> None:
    canvas = section(body, (below.height + above.height) / 2)
    assert at(canvas, *BODY_CENTRE) == BODY
    assert DISC not in canvas.structure
    assert ARCH in canvas.structure


def test_below_the_lowest_disc_is_sacrum(body: Body) -> None:
    canvas = section(body, -14.0)
    assert at(canvas, *BODY_CENTRE) == SACRUM
    assert BODY not in canvas.structure


@pytest.mark.parametrize("z", [-10.0, 20.0, 70.0, 110.0])
def test_the_canal_lies_behind_the_body_on_the_midline(body: Body, z: float) -> None:
    canvas = section(body, z)
    inside = canvas.structure == CANAL
    assert canvas.x[inside].mean() == pytest.approx(0, abs=0.3)
    assert canvas.y[inside].mean() > BODY_CENTRE[1] + 15


def test_the_lumbosacral_disc_lies_lower_in_front() -> None:
    behind, before = (DISCS[0].above(np.float32([0]), np.float32([y]), 0.0)[0] for y in (-10, -40))
    assert behind < before
