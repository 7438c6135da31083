"""Real subjects: one scale for water and fat, receive field removed, sides and values as the label table says."""

from dataclasses import replace

import numpy as np
import pytest

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.training.subjects import (
    Subject,
    background_of_silver,
    balance_dixon,
    complement_of_fat_image,
    is_present,
    load_musclemap_sub0001,
    load_tum01,
    read_slices,
)


@pytest.fixture
def shaded_scan():
    """Muscle in fat under a coil at the back, water and fat on unrelated scales; 4 slices of 60 x 60 voxels of 3 mm."""
    labels = np.full((4, 60, 60), 16, np.uint8)
    labels[:, 20:40, 10:30], labels[:, 20:40, 30:50] = 3, 4
    shading = np.linspace(0.5, 1.5, 60, dtype=np.float32)[None, :, None]
    water = np.where(labels == 16, 5.0, 200.0).astype(np.float32) * shading
    fat = np.where(labels == 16, 900.0, 30.0).astype(np.float32) * shading
    return water, fat, labels


def test_balanced_water_and_fat_are_near_one_in_muscle_and_fat_wherever_the_coil_is(shaded_scan):
    water, fat = balance_dixon(*shaded_scan, spacing=(4.0, 3.0, 3.0))
    labels = shaded_scan[2]
    assert water[labels == 3].mean() == pytest.approx(1.0, abs=0.1)
    assert fat[:, 5:15].mean() == pytest.approx(fat[:, 45:55].mean(), rel=0.12)


def test_the_complement_of_a_fat_image_is_water_in_muscle_and_nothing_behind_the_back(shaded_scan):
    image = shaded_scan[1].copy()
    image[:, 52:] = 3.0  # air
    water, fat = complement_of_fat_image(image, (4.0, 3.0, 3.0))
    assert water[:, 25:35, 15:45].min() > 0.8
    assert fat[:, 45:50, 15:45].mean() == pytest.approx(1.0, abs=0.15)
    assert not water[:, 54:].any()


def test_silver_tissue_without_a_channel_becomes_background():
    np.testing.assert_array_equal(background_of_silver(np.array([1, 16, 17, 18, 255], np.uint8)), [1, 0, 0, 0, 255])


@pytest.mark.parametrize("load", [load_tum01, load_musclemap_sub0001])
def test_right_structures_of_a_real_subject_lie_at_low_columns(shared_data, load):
    subject = load(shared_data)
    for right in (1, 3, 5, 7):
        columns = [np.nonzero(subject.labels == value)[2].mean() for value in (right, right + 1)]
        assert columns[0] < columns[1]
    assert subject.water.shape == subject.fat.shape == subject.labels.shape
    assert np.median(subject.water[subject.labels == 3]) == pytest.approx(0.95, abs=0.15)


def test_slices_that_no_longer_follow_each_other_cannot_be_cut_obliquely(tiny_subject):
    stack = replace(tiny_subject, slice_mm=4.0)
    assert stack.select(np.array([2, 3, 4])).slice_mm == 4.0
    assert stack.select(np.array([True, True, False, False, False, False])).slice_mm == 4.0
    assert stack.select(np.array([0, 2, 4])).slice_mm is None


def test_a_subject_is_called_by_its_own_name_its_cases_and_those_of_its_images(shaded_scan):
    water, fat, labels = shaded_scan
    assert Subject("anna", water, fat, labels, (3.0, 3.0)).called == {"anna"}
    pair = Subject("anna_1", water, fat, labels, (3.0, 3.0), case="anna", images=("anna_water", "anna_fat"))
    assert pair.select(np.array([0])).called == {"anna_1", "anna", "anna_water", "anna_fat"}


def test_an_image_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "image.nii.gz").write_bytes(b"no image")
    with pytest.raises(InputError, match=r"image\.nii\.gz is missing, damaged"):
        read_slices(tmp_path / "image.nii.gz")


@pytest.mark.parametrize(("name", "folder"), [("tum01", "tum01_dixon"), ("label_atlases", "label_atlases")])
def test_a_public_set_is_there_if_its_folder_is(tmp_path, name, folder):
    assert not is_present(tmp_path, name)
    (tmp_path / folder).mkdir()
    assert is_present(tmp_path, name)


def test_a_subject_without_a_case_is_a_case_of_its_own(tiny_subject):
    assert (tiny_subject.case_name, replace(tiny_subject, case="ben").case_name) == ("tiny", "ben")
