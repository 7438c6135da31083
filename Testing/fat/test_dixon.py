import numpy as np
import pytest

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.fat.dixon import prepare_dixon
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role


def dixon_images(fat, water):
    affine = np.diag([-1.0, -1.0, 4.0, 1.0])
    return {Role.FAT: Image(np.array(fat), affine), Role.WATER: Image(np.array(water), affine)}


def test_the_map_says_how_it_was_made():
    found = prepare_dixon(dixon_images([[[10, 0]]], [[[30, 0]]]), noise_floor=5)(None)
    assert found.method == "dixon"
    assert found.parameters == {
        "noise_floor": 5.0,
        "noise_floor_source": "given",
        "voxels_without_fraction": 1,
        "negative_voxels": 0,
    }
    assert found.not_validated == {}
    assert found.fraction.array.dtype == np.float32


def test_the_ratio_of_sums_follows_from_the_signals_of_the_map():
    found = prepare_dixon(dixon_images([[[10, 300]]], [[[30, 100]]]))(None)
    assert np.mean(found.fraction.array) == 0.5
    assert np.sum(found.fat_signal) / np.sum(found.total_signal) == pytest.approx(310 / 440)


def test_labels_do_not_change_the_map():
    mapper = prepare_dixon(dixon_images([[[10, 300]]], [[[30, 100]]]))
    assert mapper(Image(np.ones((1, 1, 2), np.uint8), np.eye(4))) is mapper(None)


# Identifier: mean of ratios and ratio of sums in %, as published with the data (all voxels with F + W > 0).
VOLUNTEER = {"ES_right": (13.21, 14.57), "MF_right": (14.91, 16.01), "MF_left": (12.85, 13.82), "ES_left": (12.22, 13.58)}


@pytest.mark.parametrize("noise_floor", [0, None])
def test_the_volunteer_has_the_published_fractions_in_both_aggregations(volunteer, noise_floor):
    """With the measured floor too: the air of this scan is exactly 0, so nothing inside the muscles is left out."""
    images, labels = volunteer
    found = prepare_dixon(images, noise_floor=noise_floor)(labels)
    for identifier, expected in VOLUNTEER.items():
        inside = labels.array == BY_IDENTIFIER[identifier].value
        assert not np.isnan(found.fraction.array[inside]).any()
        mean = 100 * np.mean(found.fraction.array[inside], dtype=float)
        ratio = 100 * np.sum(found.fat_signal[inside], dtype=float) / np.sum(found.total_signal[inside], dtype=float)
        assert (round(mean, 2), round(ratio, 2)) == expected
