"""Nouns of the measuring tests."""

from __future__ import annotations

import numpy as np
import pytest
from phantoms import EllipticCylinder, fat_map_of, grid, labelled

from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.measurement.grid import AxialGrid
from ParaspinalFatLib.measurement.labelled_slices import LabelledSlices, measured_slices
from ParaspinalFatLib.measurement.measurands import Measurand, measurands_of
from ParaspinalFatLib.measurement.rows import Frame
from ParaspinalFatLib.measurement.slice_statistics import Voxels

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


Muscle = tuple[Frame, Measurand, LabelledSlices]


@pytest.fixture
def right_multifidus(two_multifidi: Image, a_fifth_fat: FatMap) -> Muscle:
    """What the rows of a case share, the right multifidus, and the statistics of every slice."""
    voxels = Voxels(a_fifth_fat.fraction.array, a_fifth_fat.fat_signal, a_fifth_fat.total_signal, None)
    slices, _ = measured_slices(two_multifidi.array, voxels, None)
    return Frame(AxialGrid.of(two_multifidi), a_fifth_fat, None), measurands_of(slices.present)[0], slices
