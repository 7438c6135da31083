import numpy as np
import pytest

from ParaspinalFatLib.fat.methods import fat_map_of
from ParaspinalFatLib.fat.quality import fat_observations
from ParaspinalFatLib.imaging.roles import Role

SHAPE = (3, 40, 60)


@pytest.fixture
def clean(labelled):
    """Multifidus of both sides, 10 % fat, with bright fat behind; water, fat and labels. Nothing to remark on."""
    labels = labelled(SHAPE, MF_right=(10, 30), MF_left=(30, 50))
    labels.array[:, :5] = labels.array[:, 30:] = 0
    rng = np.random.default_rng(0)
    fraction, total = np.full(SHAPE, 0.1), rng.normal(500, 20, SHAPE)
    fraction[:, 30:], total[:, 30:] = 0.95, total[:, 30:] * 1.6
    return total * (1 - fraction), total * fraction, labels


def seen(water, fat, labels, **options):
    images = {Role.WATER: labels.with_array(water), Role.FAT: labels.with_array(fat)}
    return fat_observations(images, labels, fat_map_of(images, labels, **options))


def codes(observations):
    return [observation.code for observation in observations]


def test_a_clean_scan_gives_nothing_to_remark_on(clean):
    assert seen(*clean) == ()


def test_a_hole_in_the_signal_is_reported_with_its_muscle_and_share(clean):
    water, fat, labels = clean
    water[:, 10:20, 15:20] = fat[:, 10:20, 15:20] = 0
    (found,) = seen(water, fat, labels)
    assert found.code == "signal_void"
    assert found.structures == ("MF_right",)
    assert "right multifidus 10 %" in found.sentence


def test_negative_signals_are_reported(clean):
    water, fat, labels = clean
    fat[:, 6:8, 30:50] = -3
    (found,) = seen(water, fat, labels)
    assert (found.code, found.structures) == ("negative_signal", ("MF_left",))


def test_an_exchange_inside_a_muscle_is_reported_with_its_slices(clean):
    water, fat, labels = clean
    piece = (slice(1, 2), slice(8, 25), slice(12, 28))
    water[piece], fat[piece] = fat[piece].copy(), water[piece].copy()
    (found,) = seen(water, fat, labels)
    assert (found.code, found.structures) == ("swap_suspected", ("MF_right",))
    assert "(slice 1)" in found.sentence


def test_slices_are_counted_from_the_most_caudal_one_even_where_it_has_no_muscle(clean):
    water, fat, labels = clean
    labels.array[0] = 0
    piece = (slice(2, 3), slice(8, 25), slice(12, 28))
    water[piece], fat[piece] = fat[piece].copy(), water[piece].copy()
    assert "(slice 2)" in seen(water, fat, labels)[0].sentence


def test_images_in_each_others_place_are_reported_for_the_whole_case(clean):
    water, fat, labels = clean
    found = seen(fat, water, labels)
    assert found[0].code == "swap_suspected"
    assert found[0].structures == ()


def test_a_storage_factor_applied_to_one_image_only_is_reported(clean):
    water, fat, labels = clean
    (found,) = seen(np.round(water).astype(np.int16), (np.round(fat) * 1.5492063).astype(np.float32), labels)
    assert found.code == "scales_differ"
    assert "multiples of 1.54921" in found.sentence
    assert seen(np.round(water).astype(np.int16), np.round(fat).astype(np.int16), labels) == ()


def test_fat_many_times_brighter_than_muscle_is_reported(clean):
    water, fat, labels = clean
    assert codes(seen(water, 12 * fat, labels)) == ["scales_differ"]


def test_the_volunteer_is_suspected_of_two_scales_and_not_once_they_are_the_same(volunteer):
    images, labels = volunteer
    water, fat = images[Role.WATER].array, images[Role.FAT].array
    slope = 1.5492063
    assert codes(seen(water, fat, labels)) == ["scales_differ"]
    assert seen(water, np.round(fat / slope).astype(np.int16), labels) == ()
    assert seen((water * slope).astype(np.float32), fat, labels) == ()


def test_exact_zeros_in_a_map_of_the_scanner_are_reported(clean):
    water, fat, labels = clean
    fraction = 100 * fat / (water + fat)
    fraction[:, 10:20, 15:20] = 0
    images = {Role.FAT_FRACTION: labels.with_array(fraction)}
    (found,) = fat_observations(images, labels, fat_map_of(images, labels))
    assert (found.code, found.structures) == ("zero_fraction", ("MF_right",))


def test_a_threshold_that_leaves_almost_nothing_on_one_side_is_reported(clean):
    _, fat, labels = clean
    images = {Role.ANATOMY: labels.with_array(fat)}
    found = fat_observations(images, labels, fat_map_of(images, labels, "user_threshold", {"threshold": 1e6}))
    assert codes(found) == ["threshold_at_edge"]
    assert found[0].structures == ("MF_right", "MF_left")


def test_a_fit_on_few_voxels_is_reported(labelled):
    labels = labelled((1, 6, 6), MF_right=(0, 3))
    images = {Role.ANATOMY: labels.with_array(np.arange(36.0).reshape(1, 6, 6) + 1)}
    (found,) = fat_observations(images, labels, fat_map_of(images, labels))
    assert (found.code, found.structures) == ("few_voxels_fitted", ("MF_right", "MF_left"))
    assert "on 18 voxels only" in found.sentence


def test_a_muscle_of_one_value_has_no_threshold(labelled):
    labels = labelled((1, 20, 20), MF_right=(0, 10))
    images = {Role.ANATOMY: labels.with_array(np.where(np.arange(20) < 10, 5.0, 9.0) * np.ones((1, 20, 1)))}
    assert codes(fat_observations(images, labels, fat_map_of(images, labels))) == ["no_threshold"]


def test_signal_0_inside_muscle_is_reported_on_conventional_contrast(clean):
    _, fat, labels = clean
    fat[:, 10:20, 15:20] = 0
    images = {Role.ANATOMY: labels.with_array(fat)}
    found = fat_observations(images, labels, fat_map_of(images, labels))
    assert ("signal_void", ("MF_right",)) in [(observation.code, observation.structures) for observation in found]
    assert "without a signal" in found[0].sentence
    assert "right multifidus 10 %" in found[0].sentence


def test_sentences_are_statements_about_the_images_not_about_the_patient(clean):
    water, fat, labels = clean
    sentences = " ".join(observation.sentence for observation in seen(fat, water, labels)).lower()
    assert not any(word in sentences for word in ("wrong", "error", "bad", "abnormal", "disease", "warning"))
