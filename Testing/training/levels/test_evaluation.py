"""Figures of names given to drawn spines."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from ParaspinalFatLib.measurement.spine_classes import SpineClass
from ParaspinalFatLib.training.levels.evaluation import CUT_MM, SLICE_MM, evaluate, summary
from ParaspinalFatLib.training.levels.spines import Spine


def spine() -> Spine:
    """A straight spine whose grey values are its classes, discs every 36 mm."""
    labels = np.zeros((3, 240, 120), np.uint8)
    discs = []
    for number in range(6):
        row = 24 + 36 * number
        labels[:, row : row + 9, 50:85] = SpineClass.DISC if number else SpineClass.LOWEST_DISC
        labels[:, row + 9 : row + 36, 50:85] = SpineClass.BODY if number else SpineClass.LOWEST_BODY
        discs.append((row + 4.0, 67.0))
    return Spine("drawn", 50.0 * labels.astype(np.float32), labels, np.array(discs))


def read_off(planes: np.ndarray) -> np.ndarray:
    """Classes are the grey values / 50; edges between them are eroded."""
    classes = np.round(planes / 50)
    flat = ndimage.maximum_filter(planes, (1, 3, 3)) - ndimage.minimum_filter(planes, (1, 3, 3)) < 5
    found = np.stack([((classes == value) & flat) * 0.97 for value in range(1, 5)], axis=1)
    return np.concatenate([1 - found.sum(axis=1, keepdims=True), found], axis=1).astype(np.float32)


def test_right_names_are_counted_with_their_distance():
    rows = summary(evaluate([spine()], read_off))
    whole = next(row for row in rows if row["field"] == "whole field" and row["seen"] == "sagittal")
    assert (whole["named_rightly"], whole["wrong_names"], whole["cannot_tell"]) == (1, 0, 0)
    assert whole["discs"] == 6
    assert whole["largest_error_mm"] < 2.0


def test_wrong_names_are_counted():
    def one_too_high(planes: np.ndarray) -> np.ndarray:
        found = read_off(planes)
        for few, many in ((SpineClass.LOWEST_DISC, SpineClass.DISC), (SpineClass.LOWEST_BODY, SpineClass.BODY)):
            found[:, few] = 0
            pieces, _ = ndimage.label(found[:, many] > 0.5, np.ones((3, 3, 3)))
            lowest = pieces == pieces[pieces > 0].min() if pieces.any() else np.zeros(pieces.shape, bool)
            found[:, few] = np.where(lowest, 0.97, 0)
            found[:, many] = np.where(lowest, 0, found[:, many])
        return found

    rows = summary(evaluate([spine()], one_too_high))
    assert next(row for row in rows if row["field"] == "whole field" and row["seen"] == "sagittal")["wrong_names"] == 1


def test_names_that_lie_on_no_disc_are_not_counted_as_right():
    known = spine()
    elsewhere = Spine("drawn", known.images, known.labels, known.discs + np.array([0.0, 40.0]))  # beside the spine
    row = next(row for row in summary(evaluate([elsewhere], read_off)) if row["field"] == "whole field")
    assert (row["named_rightly"], row["wrong_names"], row["cannot_tell"], row["named_elsewhere"]) == (0, 0, 0, 1)
    assert row["discs"] == 0


def test_every_field_of_view_has_a_row():
    rows = summary(evaluate([spine()], read_off))
    assert len(rows) == len(SLICE_MM) * len(CUT_MM)
    cut = next(row for row in rows if row["field"] == "cut 45 mm above the L5/S1 disc")
    assert cut["cannot_tell"] == pytest.approx(1)
