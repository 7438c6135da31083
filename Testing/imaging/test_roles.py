"""Which image the network sees, and that a case's images lie on one grid."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.errors import GeometryError, InputError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role, require_one_grid, segmentation_role

HERE = Image(np.zeros((2, 2, 2)), np.eye(4))
ELSEWHERE = Image(np.zeros((2, 2, 2)), np.diag([1.0, 1.0, 2.0, 1.0]))


def test_the_conventional_image_is_outlined_before_any_dixon_image():
    assert segmentation_role({Role.FAT: HERE, Role.WATER: HERE, Role.ANATOMY: HERE}) is Role.ANATOMY
    assert segmentation_role({Role.FAT: HERE, Role.WATER: HERE}) is Role.WATER
    assert segmentation_role({Role.FAT_FRACTION: HERE}) is Role.FAT_FRACTION


def test_a_case_without_images_says_which_to_give():
    with pytest.raises(InputError, match="Dixon water and fat"):
        segmentation_role({})


def test_images_of_two_grids_are_refused_by_their_roles():
    require_one_grid({Role.WATER: HERE, Role.FAT: HERE})
    with pytest.raises(GeometryError, match=r"The water image and the fat fraction image do not lie on one grid"):
        require_one_grid({Role.WATER: HERE, Role.FAT: HERE, Role.FAT_FRACTION: ELSEWHERE})
