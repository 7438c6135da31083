"""Pieces, crumbs and holes, on arrays small enough to see."""

from __future__ import annotations

import numpy as np

from ParaspinalFatLib.segmentation.components import fill_small_holes, implausible, largest_areas, pieces


def drawn(*slices: str) -> np.ndarray:
    """Label values from rows of digits, one string a slice, dots for background."""
    return np.array([[[0 if c == "." else int(c) for c in row] for row in s.split()] for s in slices], np.uint8)


def test_only_the_largest_piece_of_a_single_structure_stays():
    mask = drawn("11..1 11..1 .....", "11... 11... .....") == 1
    removed = implausible(mask, smallest_area=1, single=True)
    np.testing.assert_array_equal(removed, drawn("....1 ....1 .....", "..... ..... .....") == 1)


def test_parts_of_one_muscle_across_a_slice_the_network_missed_are_one_piece():
    mask = drawn("11. 11.", "... ...", "11. 1..") == 1
    assert not implausible(mask, smallest_area=1, single=True).any()


def test_parts_further_apart_than_two_missed_slices_are_two_pieces():
    mask = drawn("11. 11.", "... ...", "... ...", "... ...", "11. 1..") == 1
    np.testing.assert_array_equal(np.flatnonzero(implausible(mask, 1, single=True).any(axis=(1, 2))), [4])


def test_a_structure_of_several_pieces_keeps_all_but_crumbs():
    mask = drawn("11..1 11... .....", "..... ..... .....", "...11 ...11 1....") == 1
    removed = implausible(mask, smallest_area=3, single=False)
    np.testing.assert_array_equal(removed, drawn("....1 ..... .....", "..... ..... .....", "..... ..... 1....") == 1)


def test_a_piece_counts_by_its_largest_slice_and_not_by_its_volume():
    column = drawn("1. ..", "1. ..", "1. ..", "1. ..") == 1
    numbers, count = pieces(column)
    np.testing.assert_array_equal(largest_areas(numbers, count), [0, 1])
    np.testing.assert_array_equal(implausible(column, smallest_area=2, single=False), column)


def test_a_single_slice_keeps_its_largest_piece():
    mask = drawn("11..1 11... .....") == 1
    assert np.count_nonzero(implausible(mask, 1, single=True)) == 1


def test_a_small_hole_within_one_structure_is_filled_in_its_slice():
    labels = drawn("..... .111. .1.1. .111. .....", "..... ..... .111. ..... .....")
    assert fill_small_holes(labels, largest_area=2) == 1
    np.testing.assert_array_equal(labels[0], drawn("..... .111. .111. .111. .....")[0])


def test_a_larger_hole_stays():
    labels = drawn("11111 1...1 11111")
    assert fill_small_holes(labels, largest_area=2) == 0


def test_a_gap_between_two_structures_belongs_to_neither():
    labels = drawn("1122 1..2 1122")
    before = labels.copy()
    assert fill_small_holes(labels, largest_area=4) == 0
    np.testing.assert_array_equal(labels, before)


def test_an_image_that_is_all_background_has_no_hole():
    assert fill_small_holes(np.zeros((2, 2, 2), np.uint8), largest_area=4) == 0


def test_a_bay_at_the_images_edge_is_no_hole():
    labels = drawn("1.1 111")
    assert fill_small_holes(labels, largest_area=4) == 0
