"""The scan's grid lies in the patient as it says, and noise and coil behave like a scanner's."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.imaging.axial import angle_from_axial_degrees
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.sample.protocol import Protocol, coil_sensitivity, magnitude


def test_voxels_and_positions_in_the_body_agree() -> None:
    protocol = Protocol()
    image = Image(np.zeros((protocol.slices, protocol.rows, protocol.columns), np.uint8), protocol.affine())
    position = (protocol.left_mm + 10 * 1.25, protocol.back_mm + 20 * 1.25, protocol.bottom_mm + 3 * 5.0)
    assert np.allclose(image.world((10, 20, 3)), protocol.ras(position))
    assert image.spacing == pytest.approx((1.25, 1.25, 5.0))
    assert angle_from_axial_degrees(image) == pytest.approx(protocol.tilt_degrees)


def test_columns_run_to_the_left_rows_to_posterior_slices_to_superior() -> None:
    directions = np.sign(np.diag(Protocol().affine())[:3])
    assert directions.tolist() == [-1, -1, 1]


def test_the_coil_is_brightest_at_the_back() -> None:
    sensitivity = coil_sensitivity(Protocol(), 10)
    assert sensitivity[170, 144] > 1.5 * sensitivity[90, 144] > 1.5 * sensitivity[10, 144]


def test_noise_is_rician() -> None:
    generator = np.random.default_rng(0)
    air = magnitude(np.zeros((300, 300), np.float32), 20.0, generator)
    bright = magnitude(np.full((300, 300), 2000, np.float32), 20.0, generator)
    assert air.mean() == pytest.approx(20 * np.sqrt(np.pi / 2), rel=0.01)
    assert bright.std() == pytest.approx(20, rel=0.02)
    assert bright.dtype == np.int16
