"""Contrasts with known fat: fat is brighter than muscle, and the signal of a mixture is that of its parts."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.training.fat.contrast import conventional_signal, spin_echo, timed_signal


@pytest.fixture
def ramp() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Multifidus whose fat fraction grows from 0 to 1 along the columns."""
    fat = np.tile(np.linspace(0, 1, 32, dtype=np.float32), (16, 1))
    return 1 - fat, fat, np.ones((16, 32), np.uint8)


def test_a_spin_echo_of_no_delay_has_no_signal_and_one_of_full_recovery_all_of_it():
    assert spin_echo(0, 10, 1000, 40) == 0
    assert spin_echo(1e6, 0, 1000, 40) == pytest.approx(1)


@pytest.mark.parametrize(("repetition", "echo"), [(3800.0, 122.0), (600.0, 10.0)], ids=["T2", "T1"])
def test_signal_grows_in_proportion_to_the_fraction_of_fat(ramp, repetition, echo):
    signal = timed_signal(np.random.default_rng(1), *ramp, repetition, echo)
    steps = np.diff(signal[8])
    assert np.all(steps > 0)
    np.testing.assert_allclose(steps, steps[0], rtol=1e-3)


@pytest.mark.parametrize("seed", range(12))
def test_every_drawn_contrast_shows_fat_brighter_than_muscle(ramp, seed):
    signal = conventional_signal(np.random.default_rng(seed), *ramp)
    assert signal[:, -1].min() > signal[:, 0].max() >= 0
