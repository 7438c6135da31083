import numpy as np
import pytest

from ParaspinalFatLib.fat.in_opposed import prepare_in_opposed
from ParaspinalFatLib.fat.validity import MUSCLES
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role


def in_and_opposed(fat, water, dtype=np.int16):
    """What a scanner stores: magnitudes of the sum and of the difference."""
    fat, water = np.array(fat), np.array(water)
    images = (fat + water).astype(dtype), np.abs(water - fat).astype(dtype)
    return {role: Image(array, np.eye(4)) for role, array in zip((Role.IN_PHASE, Role.OPPOSED_PHASE), images, strict=True)}


@pytest.mark.parametrize("dtype", [np.uint16, np.int16, np.float32])
def test_fractions_up_to_one_half_come_back_exactly(dtype):
    found = prepare_in_opposed(in_and_opposed([[[0, 10, 50]]], [[[100, 90, 50]]], dtype))(None)
    assert found.fraction.array[0, 0] == pytest.approx([0, 0.1, 0.5], abs=1e-6)
    assert found.fat_signal[0, 0] == pytest.approx([0, 10, 50])
    assert found.total_signal[0, 0] == pytest.approx([100, 100, 100])


def test_fractions_above_one_half_appear_as_their_complement_and_the_map_says_so():
    found = prepare_in_opposed(in_and_opposed([[[70]]], [[[30]]]))(None)
    assert found.fraction.array[0, 0, 0] == pytest.approx(0.3)
    assert set(found.not_validated) == set(MUSCLES)
    assert "above 50 %" in found.not_validated["MF"]
    assert "not PDFF" in found.parameters["note"]


def test_an_opposed_phase_brighter_than_the_in_phase_counts_as_no_fat():
    images = in_and_opposed([[[0, 20]]], [[[100, 80]]])
    images[Role.OPPOSED_PHASE].array[0, 0, 0] = 110
    found = prepare_in_opposed(images)(None)
    assert found.fraction.array[0, 0] == pytest.approx([0, 0.2])
    assert found.parameters["negative_voxels"] == 1
