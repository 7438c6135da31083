"""Waves are a texture of known mean and variance, the same at any resolution."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.sample.waves import Waves


@pytest.fixture
def waves() -> Waves:
    return Waves.random(np.random.default_rng(1), 5, 15, along_mm=50)


def test_mean_is_zero_and_variance_one(waves: Waves) -> None:
    x, y = np.meshgrid(np.arange(0, 500, 1, np.float32), np.arange(0, 500, 1, np.float32))
    values = waves(x, y, 3.0)
    assert values.mean() == pytest.approx(0, abs=0.02)
    assert values.std() == pytest.approx(1, abs=0.03)


def test_a_point_has_the_same_value_on_any_grid(waves: Waves) -> None:
    x, y = np.meshgrid(np.arange(5, dtype=np.float32), np.arange(4, dtype=np.float32))
    alone = waves(x[2:3, 3:4], y[2:3, 3:4], 1.0)
    assert np.allclose(alone[0, 0], waves(x, y, 1.0)[2, 3], atol=1e-6)


def test_ridges_are_one_where_the_waves_cross_zero_and_small_elsewhere(waves: Waves) -> None:
    x, y = np.meshgrid(np.arange(0, 100, 0.5, np.float32), np.arange(0, 100, 0.5, np.float32))
    values, ridges = waves(x, y, 0.0), waves.ridges(x, y, 0.0, width=0.2)
    assert ridges[np.abs(values) < 0.01].min() > 0.99
    assert ridges[np.abs(values) > 0.6].max() < 0.01


def test_equal_seeds_give_equal_waves() -> None:
    one, other = (Waves.random(np.random.default_rng(7), 5, 15, along_mm=50) for _ in range(2))
    assert np.array_equal(one.vectors, other.vectors)
    assert np.array_equal(one.phases, other.phases)
