"""Images with known fat: two tissues of known brightness inside labelled muscles, and the real Dixon volunteer."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.reading import read_image
from ParaspinalFatLib.imaging.roles import Role

AXIAL = np.diag([-1.0, -1.0, 4.0, 1.0])


@pytest.fixture
def labelled():
    """Make labels: identifier to the columns (i) it fills, in every slice and row of a grid (k, j, i)."""

    def make(shape, **columns):
        array = np.zeros(shape, np.uint8)
        for identifier, (first, last) in columns.items():
            array[:, :, first:last] = BY_IDENTIFIER[identifier].value
        return Image(array, AXIAL)

    return make


@pytest.fixture(scope="session")
def volunteer(shared_data):
    """Water, fat and labels (values of ``anatomy``) of the real Dixon scan."""
    folder = shared_data / "tum01_dixon"
    water, fat, labels = (read_image(folder / f"{name}.nii.gz") for name in ("water", "fat", "labels"))
    ours = np.zeros(256, np.uint8)
    for value, identifier in {1: "ES_right", 2: "MF_right", 3: "MF_left", 4: "ES_left"}.items():
        ours[value] = BY_IDENTIFIER[identifier].value
    return {Role.WATER: water, Role.FAT: fat}, labels.with_array(ours[labels.array])
