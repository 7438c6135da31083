"""A picture shows the slices that matter, spread over the stack."""

from __future__ import annotations

import numpy as np

from ParaspinalFatLib.report.shown_slices import choose_slices, slices_worth_showing


def test_slices_with_muscle_are_worth_showing() -> None:
    labels = np.zeros((5, 2, 2), np.uint8)
    labels[1:4] = 12
    labels[2:, 0, 0] = 1
    assert slices_worth_showing(labels).tolist() == [2, 3, 4]


def test_without_muscle_slices_with_anything_are_worth_showing() -> None:
    labels = np.zeros((5, 2, 2), np.uint8)
    labels[1:3] = 12
    assert slices_worth_showing(labels).tolist() == [1, 2]


def test_without_any_outline_every_slice_is_worth_showing() -> None:
    assert slices_worth_showing(np.zeros((3, 2, 2), np.uint8)).tolist() == [0, 1, 2]


def test_few_slices_are_all_shown() -> None:
    assert choose_slices([3, 4, 5], most=12) == [3, 4, 5]


def test_levels_are_shown_before_others() -> None:
    assert choose_slices(range(60), wanted=[10, 11], most=4) == [10, 11, 35, 59]


def test_too_many_levels_are_thinned_out_evenly() -> None:
    assert choose_slices(range(60), wanted=range(0, 60, 2), most=3) == [0, 28, 58]
