"""The whole way from an image to labels on its own grid, with a real network."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
import torch
from torso import Torso, dice, dividing_network, make_torso

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.errors import Cancelled, GeometryError, InputError, MeasurementError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.reading import read_image
from ParaspinalFatLib.resources import weights_card_path
from ParaspinalFatLib.segmentation.card import read_card
from ParaspinalFatLib.segmentation.division import WHOLE
from ParaspinalFatLib.segmentation.predict import predict
from ParaspinalFatLib.segmentation.weights import load_network

ERECTORS = ("ES_right", "ES_left")
ORDERS = list(itertools.product(itertools.permutations(range(3)), itertools.product((False, True), repeat=3)))[::5]
"""Ten of the 48 ways to store a volume, among them every permutation."""


@pytest.fixture(scope="module")
def card(weights):
    return read_card(weights)


def overlap(torso: Torso, labels: Image, identifier: str) -> float:
    value = BY_IDENTIFIER[identifier].value
    return dice(labels.array == value, torso.truth == value)


def stored_as(array: np.ndarray, affine: np.ndarray, order, flips) -> Image:
    """The same voxels at the same places, with permuted array axes, some of them reversed."""
    columns, origin = affine[:3, [2 - axis for axis in order]].copy(), affine[:3, 3].copy()
    array = array.transpose(order)
    for axis in range(3):
        if flips[axis]:
            origin += columns[:, axis] * (array.shape[axis] - 1)
            columns[:, axis] *= -1
            array = np.flip(array, axis)
    moved = np.eye(4)
    moved[:3, :3], moved[:3, 3] = columns[:, ::-1], origin
    return Image(array, moved)


@pytest.mark.parametrize("identifier", ERECTORS)
def test_structures_are_found_on_the_patients_own_side(torso, card, identifier):
    prediction = predict(torso.image, card, device="cpu", threads=1)
    assert prediction.labels.array.dtype == np.uint8
    assert overlap(torso, prediction.labels, identifier) > 0.95


@pytest.mark.parametrize(("order", "flips"), ORDERS)
def test_the_same_anatomy_gets_the_same_labels_in_every_voxel_order(torso, card, order, flips):
    expected = predict(torso.image, card, device="cpu", threads=1).labels
    stored = stored_as(torso.image.array, torso.image.affine, order, flips)
    labels = predict(stored, card, device="cpu", threads=1).labels
    np.testing.assert_array_equal(labels.affine, stored.affine)
    np.testing.assert_array_equal(labels.array, stored_as(expected.array, torso.image.affine, order, flips).array)


@pytest.mark.parametrize("pixel_mm", [0.6, 1.0, 2.0])
def test_pixels_of_any_size_lead_to_the_same_outlines(card, pixel_mm):
    torso = make_torso(pixel_mm, slices=2)
    labels = predict(torso.image, card, device="cpu", threads=1).labels
    assert min(overlap(torso, labels, identifier) for identifier in ERECTORS) > 0.9


def test_a_slice_alone_is_outlined_as_within_its_stack(torso, card):
    stack = predict(torso.image, card, device="cpu", threads=1).labels.array
    alone = Image(torso.image.array[1:2], torso.image.affine)
    labels = predict(alone, card, device="cpu", threads=1).labels.array
    assert dice(labels[0] == 3, stack[1] == 3) > 0.99


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.float32, np.float64])
def test_grey_values_of_any_scale_and_type_give_the_same_labels(torso, card, dtype):
    expected = predict(torso.image, card, device="cpu", threads=1).labels.array
    scaled = torso.image.array.astype(float) / torso.image.array.max() * (255 if dtype is np.uint8 else 1e6)
    labels = predict(torso.image.with_array(scaled.astype(dtype)), card, device="cpu", threads=1).labels.array
    assert np.mean(labels != expected) < (0.01 if dtype is np.uint8 else 0.001)


def test_batches_of_several_slices_change_nothing(torso, card):
    one, all_at_once = (predict(torso.image, card, device="cpu", threads=1, batch_pixels=n) for n in (1, 10**9))
    assert np.mean(one.labels.array != all_at_once.labels.array) < 1e-4


def test_the_record_says_which_weights_ran_where_and_on_what(torso, card):
    record = predict(torso.image, card, device="cpu", threads=1).record
    assert record["weights"] == {"name": "tiny", "version": "1", "sha256": card.sha256}
    assert (record["device"], record["threads"]) == ("cpu", 1)
    assert set(record) >= {"torch", "crop", "cleaning", "seconds", "mirror_averaging"}


def test_progress_rises_to_the_end_and_can_stop_the_work(torso, card):
    fractions: list[float] = []
    predict(torso.image, card, device="cpu", threads=1, batch_pixels=1, progress=lambda f, _: fractions.append(f))
    assert fractions == sorted(fractions)
    assert len(fractions) >= len(torso.image.array)

    def stop(*_: object) -> None:
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        predict(torso.image, card, device="cpu", threads=1, progress=stop)


def test_an_image_without_muscle_is_said_to_have_none(torso, card):
    flat = np.where(torso.image.array > 20, 120, 0) + np.random.default_rng(0).integers(0, 4, torso.image.array.shape)
    with pytest.raises(MeasurementError, match="No muscle was found"):
        predict(torso.image.with_array(flat), card, device="cpu", threads=1)


@pytest.mark.parametrize(("bad", "words"), [(np.nan, "not finite"), (np.inf, "not finite"), (None, "every voxel")])
def test_values_that_cannot_be_measured_are_refused(torso, card, bad, words):
    array = np.full(torso.image.array.shape, 7.0) if bad is None else torso.image.array.astype(float)
    if bad is not None:
        array[0, 0, 0] = bad
    with pytest.raises(InputError, match=words):
        predict(torso.image.with_array(array), card)


def test_a_sagittal_scan_is_refused_with_its_angle(torso, card):
    affine = np.zeros((4, 4))
    affine[0, 2], affine[1, 0], affine[2, 1], affine[3, 3] = 4.0, -1.5, -1.5, 1.0
    with pytest.raises(GeometryError, match="90 degrees"):
        predict(replace(torso.image, affine=affine), card)


def test_the_programs_own_network_outlines_a_real_scan_on_the_right_sides(shared_data):
    """A subject of the training data, so no accuracy figure: it shows that image, weights and runtime fit together."""
    water = read_image(shared_data / "tum01_dixon" / "water.nii.gz")
    truth = read_image(shared_data / "tum01_dixon" / "silver_labels.nii.gz").array
    middle = Image(water.array[8:22:3], water.affine @ shifted_by(8) @ np.diag([1, 1, 3, 1]))
    labels = WHOLE[predict(middle, read_card(weights_card_path()), device="cpu", threads=1).labels.array]
    for side, values in (("right", (1, 3)), ("left", (2, 4))):
        assert dice(np.isin(labels, values), np.isin(truth[8:22:3], values)) > 0.9, side


@pytest.fixture
def dividing(card, monkeypatch):
    """A card whose network divides the erector spinae as well."""
    network = dividing_network(load_network(card, torch.device("cpu")))
    monkeypatch.setattr("ParaspinalFatLib.segmentation.outline.load_network", lambda *_: network)
    return replace(card, architecture={**card.architecture, "divides": ["ES"]})


@pytest.fixture
def whole_labels(torso, card):
    """What the same network outlines without dividing it."""
    return predict(torso.image, card, device="cpu", threads=1).labels.array


def test_a_divided_erector_spinae_is_voxel_by_voxel_the_undivided_one(torso, whole_labels, dividing):
    prediction = predict(torso.image, dividing, device="cpu", threads=1)
    divided = prediction.labels.array
    assert set(np.unique(divided)) == {0, 14, 16, 17, 18, 19}
    np.testing.assert_array_equal(WHOLE[divided], whole_labels)
    assert prediction.record["erector_spinae_divided"]


@pytest.mark.parametrize(("order", "flips"), ORDERS)
def test_the_division_follows_the_patient_in_every_voxel_order(torso, dividing, order, flips):
    expected = predict(torso.image, dividing, device="cpu", threads=1).labels
    stored = stored_as(torso.image.array, torso.image.affine, order, flips)
    labels = predict(stored, dividing, device="cpu", threads=1).labels
    np.testing.assert_array_equal(labels.array, stored_as(expected.array, torso.image.affine, order, flips).array)


@pytest.mark.parametrize("withheld", ["IL_right", "LO_left"])
def test_a_withheld_part_leaves_the_erector_spinae_whole(torso, whole_labels, dividing, withheld):
    card = replace(dividing, withheld={BY_IDENTIFIER[withheld]: "Dice 0.10, n = 1"})
    np.testing.assert_array_equal(predict(torso.image, card, device="cpu", threads=1).labels.array, whole_labels)


def shifted_by(slices: int) -> np.ndarray:
    """Affine from the voxels of a stack that begins some slices further up to those of the whole."""
    shift = np.eye(4)
    shift[2, 3] = slices
    return shift


def test_a_structure_the_card_withholds_is_left_out_and_recorded_and_the_rest_stays(torso, card):
    structure = BY_IDENTIFIER["ES_right"]
    whole = predict(torso.image, card).labels.array
    found = predict(torso.image, replace(card, withheld={structure: "Dice 0.10, n = 1"}))
    assert np.array_equal(found.labels.array, np.where(whole == structure.value, 0, whole))
    voxels = int(np.count_nonzero(whole == structure.value))
    assert voxels > 0
    assert found.record["withheld"] == {"ES_right": {"reason": "Dice 0.10, n = 1", "voxels": voxels}}
