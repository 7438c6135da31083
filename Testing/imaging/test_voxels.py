"""Voxel values that cannot be measured are refused."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.voxels import require_signal


@pytest.mark.parametrize(
    ("array", "sentence"),
    [
        (np.zeros((0, 2, 2)), "no voxels"),
        (np.full((1, 2, 2), 3), "every voxel has the value 3"),
        (np.array([[[1.0, np.nan]]]), "1 voxels that are not finite"),
        (np.array([[[1j, 2]]]), "complex"),
    ],
)
def test_unusable_values_are_named(array, sentence):
    with pytest.raises(InputError, match=f"The water image .*{sentence}"):
        require_signal(Image(array, np.eye(4)), "The water image")


def test_any_two_values_are_a_signal():
    require_signal(Image(np.array([[[0, 1]]], np.uint8), np.eye(4)), "The image")
