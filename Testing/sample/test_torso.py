"""The torso lies inside its skin."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.sample.shapes import Outline
from ParaspinalFatLib.sample.tissue import FAT, SKIN, Canvas
from ParaspinalFatLib.sample.torso import BODY, CAVITY, TRUNK, Torso


@pytest.fixture(scope="module")
def section() -> Canvas:
    """At the height of the kidneys."""
    x, y = np.meshgrid(np.arange(-190, 190, dtype=np.float32), np.arange(-135, 100, dtype=np.float32))
    canvas = Canvas(x, y)
    Torso.random(np.random.default_rng(3)).paint(canvas, 104.0)
    return canvas


def farthest_outside(inner: Outline, outer: Outline) -> float:
    x, y = np.meshgrid(np.arange(-190, 190, dtype=np.float32), np.arange(-135, 100, dtype=np.float32))
    inside = inner.depth(x, y) > 0
    return float(-outer.depth(x, y)[inside].min())


@pytest.mark.parametrize("z", [-14.0, 10.0, 40.0, 80.0, 110.0])
def test_cavity_trunk_and_skin_lie_within_one_another(z: float) -> None:
    assert farthest_outside(CAVITY.outline(z), TRUNK.outline(z)) < 0
    assert farthest_outside(TRUNK.outline(z), BODY.outline(z)) < 0


def test_air_surrounds_the_skin(section: Canvas) -> None:
    depth = BODY.outline(104.0).depth(section.x, section.y)
    assert not section.brightness[depth < -0.1].any()
    assert np.all(section.brightness[(depth > 0.1) & (depth < 1.9)] == np.float32(SKIN.brightness))


def test_fat_lies_under_the_skin(section: Canvas) -> None:
    under = (BODY.outline(104.0).depth(section.x, section.y) > 3) & (TRUNK.outline(104.0).depth(section.x, section.y) < -1)
    assert (section.fat_fraction[under] == np.float32(FAT.fat_fraction)).mean() > 0.9
