"""The painted pelvis: labels where the map has them, unknown where it leaves out what is there."""

import numpy as np

from ParaspinalFatLib.training.partial_labels import UNKNOWN
from ParaspinalFatLib.training.pelvis import load_pelvis, map_slice, smooth_enlarged

PIXEL_MM = 1.1


def drawn_slice() -> tuple[np.ndarray, np.ndarray]:
    """A right psoas and iliacus, both iliac bones, a sacrum with a hole, on pixels of twice the output's."""
    muscles, context = np.zeros((2, 60, 100), np.uint8)
    muscles[10:20, 30:40] = 5
    context[10:30, 15:25] = 3
    context[10:40, 8:14] = 11
    context[10:40, 86:92] = 12
    context[30:44, 35:65] = 13
    context[36:39, 48:52] = 0
    return muscles, context


def test_muscles_and_sacrum_keep_their_place_and_size():
    muscles, context = drawn_slice()
    _, labels = map_slice(np.random.default_rng(0), muscles, context, PIXEL_MM)
    for value, source in ((5, muscles == 5), (9, context == 3)):
        assert np.isclose((labels == value).sum(), 4 * source.sum(), rtol=0.05)
    assert np.nonzero(labels == 9)[1].mean() < np.nonzero(labels == 5)[1].mean() < np.nonzero(labels == 15)[1].mean()


def test_the_canal_in_the_sacrum_and_the_muscle_behind_it_are_unknown_and_the_flanks_background():
    muscles, context = drawn_slice()
    tissues, labels = map_slice(np.random.default_rng(0), muscles, context, PIXEL_MM)
    margin = (labels.shape[0] - 120) // 2
    assert labels[margin + 75, margin + 100] == UNKNOWN
    assert labels[margin + 95, margin + 100] == UNKNOWN
    assert labels[margin + 20, margin + 100] == 0
    assert (labels[tissues == 0] == 0).all()


def test_outlines_are_smoothed_without_a_shift():
    plane = np.zeros((40, 40), np.uint8)
    plane[10:30, 5:35] = 7
    large = smooth_enlarged(plane, 2)
    rows, columns = np.nonzero(large == 7)
    assert (rows.mean(), columns.mean()) == (39.5, 39.5)


def test_the_real_map_gives_a_subject_with_both_iliacus_muscles_in_every_slice(shared_data):
    subject = load_pelvis(shared_data)
    assert all((subject.labels == value).any(axis=(1, 2)).all() for value in (9, 10, 15))
    assert subject.fat is not None
    assert np.isfinite(subject.water).all()
    assert np.isfinite(subject.fat).all()
