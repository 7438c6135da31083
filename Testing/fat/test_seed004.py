import numpy as np
import pytest
from phantoms import stored_as

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.fat.seed004 import definitive_thresholds, prepare_seed004
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role

TEN = [f"{muscle}_{side}" for muscle in ("PM", "QL", "IL", "LO", "MF") for side in ("right", "left")]


def test_a_threshold_beyond_1_96_deviations_is_replaced_by_the_mean_of_the_other_nine():
    primary = {n: float(t) for n, t in enumerate([10, 11, 9, 10, 12, 8, 10, 11, 9, 50])}
    assert abs(50 - np.mean(list(primary.values()))) > 1.96 * np.std(list(primary.values()))
    definitive, replaced = definitive_thresholds(primary)
    assert replaced == [9]
    assert definitive[9] == 10.0
    assert [definitive[n] for n in range(9)] == [primary[n] for n in range(9)]


def test_a_threshold_within_1_96_deviations_stays():
    primary = dict(enumerate([10.0, 20.0] * 4 + [15.0, 23.0]))
    assert abs(23 - np.mean(list(primary.values()))) < 1.96 * np.std(list(primary.values()))
    assert definitive_thresholds(primary) == (primary, [])


def test_the_deviation_is_that_of_the_ten_values_themselves():
    """Two of ten that lie apart are 2 deviations from the mean with divisor n, 1.90 with divisor n - 1."""
    assert definitive_thresholds(dict(enumerate([10.0] * 8 + [20.0] * 2)))[1] == [8, 9]


def test_the_rule_looks_at_the_primary_thresholds_of_all_even_if_two_are_replaced():
    primary = dict(enumerate([10.0] * 18 + [90.0, 90.0]))
    definitive, replaced = definitive_thresholds(primary)
    assert replaced == [18, 19]
    assert definitive[18] == pytest.approx((18 * 10 + 90) / 19)


def test_four_muscles_are_too_few_for_any_to_be_replaced():
    assert definitive_thresholds({0: 1.0, 1: 1.0, 2: 1.0, 3: 1e9})[1] == []


def test_a_muscle_without_a_threshold_of_its_own_takes_the_mean_of_the_others():
    assert definitive_thresholds({0: 10.0, 1: 20.0, 2: None}) == ({0: 10.0, 1: 20.0, 2: 15.0}, [2])
    assert definitive_thresholds({0: None}) == ({}, [])


def ten_muscles(odd_one, dark=200, bright=800, odd=3000):
    """One column for each muscle, half dark and half bright, two slices; in slice 1 one muscle is far brighter."""
    labels, image = np.zeros((2, 8, 10), np.uint8), np.full((2, 8, 10), dark)
    for column, identifier in enumerate(TEN):
        labels[:, :, column] = BY_IDENTIFIER[identifier].value
    image[:, 4:] = bright
    image[1, :4, TEN.index(odd_one)] = odd
    image[1, 4:, TEN.index(odd_one)] = odd + 600
    affine = np.diag([-1.0, -1.0, 4.0, 1.0])
    return {Role.ANATOMY: Image(image, affine)}, Image(labels, affine)


def test_each_slice_and_muscle_has_its_own_threshold_and_only_the_odd_one_is_replaced():
    images, labels = ten_muscles("QL_left")
    found = prepare_seed004(images)(labels)
    assert found.parameters["replaced"] == [["QL_left", 1]]
    assert found.parameters["thresholds"]["QL_left"] == [200.0, 200.0]
    assert found.parameters["thresholds"]["MF_right"] == [200.0, 200.0]
    assert found.parameters["muscles_in_slice"] == [10, 10]
    odd = TEN.index("QL_left")
    assert found.fraction.array[0, :, odd].mean() == 0.5
    assert found.fraction.array[1, :, odd].mean() == 1  # all of it lies above the mean of the other nine


def test_an_undivided_erector_spinae_takes_the_place_of_its_parts_and_the_record_says_so():
    images, labels = ten_muscles("PM_right")
    array = labels.array.copy()
    for side, es in (("right", 3), ("left", 4)):
        for part in ("IL", "LO"):
            array[array == BY_IDENTIFIER[f"{part}_{side}"].value] = es
    found = prepare_seed004(images)(labels.with_array(array))
    assert found.parameters["muscles_in_slice"] == [8, 8]
    assert found.parameters["muscles"] == [
        "MF_right", "MF_left", "ES_right", "ES_left", "PM_right", "PM_left", "QL_right", "QL_left"
    ]  # fmt: skip
    assert found.parameters["replaced"] == [["PM_right", 1]]


def test_the_iliacus_is_not_part_of_the_algorithm():
    images, labels = ten_muscles("PM_right")
    array = labels.array.copy()
    array[array == BY_IDENTIFIER["MF_left"].value] = BY_IDENTIFIER["IC_left"].value
    found = prepare_seed004(images)(labels.with_array(array))
    assert np.isnan(found.fraction.array[array == BY_IDENTIFIER["IC_left"].value]).all()
    assert "IC_left" not in found.parameters["muscles"]


def test_no_muscle_is_validated_against_dixon():
    images, labels = ten_muscles("PM_right")
    assert "not with Dixon" in prepare_seed004(images)(labels).not_validated["MF"]


def test_the_result_is_the_same_however_the_axes_are_stored():
    images, labels = ten_muscles("IL_right")
    order = ((1, 2, 0), (True, True, False))
    turned = {Role.ANATOMY: stored_as(images[Role.ANATOMY], *order)}
    here, there = prepare_seed004(images)(labels), prepare_seed004(turned)(stored_as(labels, *order))
    assert here.parameters == there.parameters
    assert np.array_equal(stored_as(here.fraction, *order).array, there.fraction.array)
