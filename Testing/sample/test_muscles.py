"""The drawn muscles have the proportions of anatomy, lie on their sides, and carry the fat they should."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.anatomy import BY_IDENTIFIER, Side
from ParaspinalFatLib.sample.muscles import MUSCLES, MuscleTexture
from ParaspinalFatLib.sample.shapes import Outline

L5, L2 = 17.0, 110.0
BY_NAME = {muscle.identifier: muscle for muscle in MUSCLES}


def section(identifier: str, z: float) -> Outline:
    outline = BY_NAME[identifier].outline(z)
    assert outline is not None
    return outline


@pytest.mark.parametrize("muscle", MUSCLES, ids=lambda muscle: muscle.identifier)
def test_a_muscle_lies_on_its_side(muscle) -> None:
    x = section(muscle.identifier, 0.0 if muscle.loft.reaches(0.0) else 60.0).centre[0]
    assert (x > 0) == (BY_IDENTIFIER[muscle.identifier].side is Side.LEFT)


@pytest.mark.parametrize("side", ["right", "left"])
def test_multifidus_and_psoas_grow_and_erector_spinae_shrinks_towards_the_sacrum(side: str) -> None:
    assert section(f"MF_{side}", L5).area > 2 * section(f"MF_{side}", L2).area
    assert section(f"PM_{side}", L5).area > 1.5 * section(f"PM_{side}", L2).area
    assert section(f"ES_{side}", L5).area < 0.7 * section(f"ES_{side}", L2).area


@pytest.mark.parametrize(
    ("identifier", "z", "low", "high"),
    [
        ("MF_right", L2, 250, 600), ("MF_right", L5, 900, 1300), ("ES_right", L2, 1700, 2400), ("PM_right", L2, 500, 800),
        ("PM_right", L5, 1100, 1600), ("QL_right", 60.0, 350, 800),
    ],
)  # fmt: skip
def test_areas_are_those_of_an_adult(identifier: str, z: float, low: float, high: float) -> None:
    assert low < section(identifier, z).area < high


def test_quadratus_lumborum_ends_at_the_iliac_crest_and_iliacus_begins_below_it() -> None:
    assert BY_NAME["QL_right"].outline(10.0) is None
    assert BY_NAME["IC_right"].outline(40.0) is None


@pytest.mark.parametrize("name", ["MF", "ES", "PM", "QL"])
def test_the_sides_differ_so_that_a_mix_up_shows(name: str) -> None:
    right, left = (section(f"{name}_{side}", 60.0).area for side in ("right", "left"))
    assert abs(right - left) > 0.04 * right


def test_fat_is_worse_in_multifidus_and_towards_the_sacrum() -> None:
    texture = MuscleTexture.random(np.random.default_rng(0))

    def mean_fat(identifier: str, z: float) -> float:
        outline = section(identifier, z)
        x, y = np.meshgrid(np.arange(-90, 90, 0.5, np.float32), np.arange(-60, 60, 0.5, np.float32))
        inside = outline.depth(x, y) > 0
        return float(texture.fat_fraction(BY_NAME[identifier], x[inside], y[inside], z).mean())

    assert mean_fat("MF_right", L5) > mean_fat("ES_right", L5) > mean_fat("PM_right", L5)
    assert mean_fat("MF_right", L5) > mean_fat("MF_right", L2)
    assert mean_fat("MF_left", L5) > 1.2 * mean_fat("MF_right", L5)
