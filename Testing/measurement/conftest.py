"""Nouns of the measuring tests."""

from __future__ import annotations

import numpy as np
import pytest
from phantoms import EllipticCylinder, fat_map_of, grid, labelled

from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.imaging.image import Image

UP = (0.0, 0.0, 1.0)


@pytest.fixture
def two_multifidi() -> Image:
    """Eight slices; the right multifidus (value 1) with semi-axes 10 and 8 mm, the left one (2) with 8 and 8 mm."""
    return labelled(
        grid((8, 60, 60), (1.0, 1.0, 4.0)),
        {1: EllipticCylinder((15.0, 0.0, 0.0), UP, (10.0, 8.0)), 2: EllipticCylinder((-15.0, 0.0, 0.0), UP, (8.0, 8.0))},
    )


@pytest.fixture
def a_fifth_fat(two_multifidi: Image) -> FatMap:
    """Every voxel has a fat fraction of 0.2."""
    return fat_map_of(two_multifidi.with_array(np.full(two_multifidi.array.shape, 0.2)))
