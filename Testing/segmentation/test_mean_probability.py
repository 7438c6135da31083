"""How sure the network is of an outline: plain means, and the parts of a divided muscle."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.segmentation.body import Box
from ParaspinalFatLib.segmentation.card import read_card
from ParaspinalFatLib.segmentation.mean_probability import MEAN_PROBABILITY, mean_probabilities
from ParaspinalFatLib.segmentation.outline import Outlines
from ParaspinalFatLib.segmentation.predict import predict
from ParaspinalFatLib.segmentation.preparation import prepare
from ParaspinalFatLib.segmentation.process import WorkerSegmenter

MF, ES, IL, LO = (BY_IDENTIFIER[f"{name}_right"].value for name in ("MF", "ES", "IL", "LO"))
SHAPE = (2, 32, 32)


@pytest.fixture
def preparation():
    """Of 1 mm pixels to 1 mm pixels: what the network sees is the image itself."""
    image = Image(np.random.default_rng(0).random(SHAPE), np.diag([-1.0, -1.0, 4.0, 1.0]))
    return prepare(image, 1.0, 16, Box(0, 32, 0, 32))


def test_the_mean_is_over_the_voxels_of_the_outline_in_each_slice(preparation):
    labels, probability = np.zeros(SHAPE, np.uint8), np.full(SHAPE, 0.1, np.float16)
    labels[0, 4:6, 4:8] = MF
    probability[0, 4, 4:8], probability[0, 5, 4:8] = 0.5, 1.0
    means = mean_probabilities(labels, Outlines(labels, None, probability), preparation)
    assert means == {"MF_right": [0.75, None]}


def test_a_part_of_erector_spinae_counts_its_likelihood_too_and_the_whole_does_not(preparation):
    labels, probability = np.zeros(SHAPE, np.uint8), np.full(SHAPE, 0.5, np.float16)
    labels[0, 4:8, 4:8], labels[0, 4:8, 8:12] = IL, LO
    shares = np.full((2, *preparation.network_shape), 0.75, np.float16)
    means = mean_probabilities(labels, Outlines(labels, shares, probability), preparation)
    assert means == {"ES_right": [0.5, None], "IL_right": [0.375, None], "LO_right": [0.125, None]}


def test_it_is_recorded_only_when_asked_and_changes_no_label(torso, weights):
    card = read_card(weights)
    plain, asked = (predict(torso.image, card, device="cpu", threads=1, mean_probability=asks) for asks in (False, True))
    np.testing.assert_array_equal(plain.labels.array, asked.labels.array)
    assert MEAN_PROBABILITY not in plain.record
    means = asked.record[MEAN_PROBABILITY]
    assert set(means) == {"ES_right", "ES_left", "canal"}
    assert all(0.5 < mean <= 1 for structure in means.values() for mean in structure)


def test_slices_are_numbered_in_axial_order_however_the_voxels_are_stored(torso, weights):
    card = read_card(weights)
    upside_down = Image(
        torso.image.array[::-1],
        torso.image.affine @ np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, -1, len(torso.image.array) - 1], [0, 0, 0, 1]]),
    )
    one, other = (
        predict(image, card, device="cpu", threads=1, mean_probability=True).record[MEAN_PROBABILITY]
        for image in (torso.image, upside_down)
    )
    assert one["canal"] == pytest.approx(other["canal"], abs=1e-5)
    assert one["canal"] != pytest.approx(other["canal"][::-1], abs=1e-5)


def test_the_networks_own_process_reports_it_when_asked(torso, weights):
    segmenter = WorkerSegmenter(weights, "cpu", 1, mean_probability=True)
    segmenter(torso.image)
    expected = predict(torso.image, read_card(weights), device="cpu", threads=1, mean_probability=True).record
    assert segmenter.last_report[MEAN_PROBABILITY] == expected[MEAN_PROBABILITY]
