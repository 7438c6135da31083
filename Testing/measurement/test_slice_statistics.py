import numpy as np
import pytest

from ParaspinalFatLib.measurement.slice_statistics import BIN_EDGES, Voxels, grouped, slice_statistics, with_fat_of

ALL = np.ones(256, bool)
LABELS = np.array([[[0, 1, 1, 0], [2, 1, 0, 0], [2, 2, 0, 9]]], np.uint8)
FRACTION = np.array([[[0, 0.5, 0.1, 0], [0.3, np.nan, 0, 0], [0.2, 0.4, 0, 0.9]]], np.float32)


def statistics(**data):
    voxels = Voxels(**{"fraction": FRACTION, "fat": None, "total": None, "signal": None, **data})
    wanted, muscle = ALL.copy(), ALL.copy()
    wanted[9] = False
    muscle[2] = False
    return slice_statistics(LABELS, voxels, 0, wanted, muscle)


def test_voxels_and_their_places_are_summed():
    one = statistics()[0][1]
    assert (one.voxels, one.sum_i, one.sum_j) == (3, 1 + 2 + 1, 0 + 0 + 1)
    assert one.box == (1, 2, 0, 1)


def test_fractions_are_sorted_and_voxels_without_one_left_out():
    one = statistics()[0][1]
    assert one.fractions.tolist() == pytest.approx([0.1, 0.5])
    assert one.fraction_sum == pytest.approx(0.6)
    assert one.fraction_spread == pytest.approx(2 * 0.2**2)


def test_signals_are_summed_only_where_a_fraction_is_known():
    fat, total = FRACTION * 100.0, np.full(FRACTION.shape, 100.0)
    one = statistics(fat=fat, total=total)[0][1]
    assert one.fat_sum == pytest.approx(60.0)
    assert one.total_sum == pytest.approx(200.0)


def test_the_signal_intensity_counts_in_every_voxel():
    signal = np.arange(12, dtype=np.int16).reshape(LABELS.shape)
    found = statistics(signal=signal)[0]
    assert found[1].signal_sum == 1 + 2 + 5
    assert found[2].signal_sum == 4 + 8 + 9


def test_fat_is_not_measured_outside_muscles():
    two = statistics()[0][2]
    assert len(two.fractions) == 0
    assert np.isnan(two.fat_sum)


def test_unknown_label_values_are_counted_but_not_measured():
    found, counts = statistics()
    assert set(found) == {1, 2}
    assert counts[9] == 1


def test_the_cumulative_count_tells_how_many_fractions_lie_below_each_edge():
    one = statistics()[0][1]
    for edge, below in zip(BIN_EDGES, one.below[1:-1], strict=True):
        assert below == np.count_nonzero(one.fractions < edge)
    assert (one.below[0], one.below[-1]) == (0, 2)


def test_an_empty_slice_has_no_statistics():
    empty = np.zeros((1, 3, 4), np.uint8)
    found, counts = slice_statistics(empty, Voxels(FRACTION, None, None, None), 0, ALL, ALL)
    assert found == {}
    assert counts.sum() == 0


def test_data_are_compared_bit_by_bit_so_that_nan_equals_nan():
    voxels = Voxels(FRACTION, None, None, None)
    same, other = Voxels(FRACTION.copy(), None, None, None), Voxels(FRACTION * np.float32(0.5), None, None, None)
    assert not voxels.fat_differs(same, 0)
    assert voxels.fat_differs(other, 0)
    assert voxels.fat_differs(Voxels(FRACTION, FRACTION, None, None), 0)
    assert not voxels.signal_differs(other, 0)
    assert voxels.signal_differs(Voxels(FRACTION, None, None, FRACTION), 0)


def test_another_fat_map_leaves_size_and_signal_as_they_are():
    signal = np.arange(12, dtype=np.int16).reshape(LABELS.shape)
    muscle = ALL.copy()
    muscle[2] = False
    before, _ = slice_statistics(LABELS, Voxels(FRACTION, None, None, signal), 0, ALL, muscle)
    other = Voxels(1 - FRACTION, FRACTION * 7, FRACTION * 9, signal)
    renewed, fresh = (
        with_fat_of(before, grouped(LABELS[0], muscle), other, 0),
        slice_statistics(LABELS, other, 0, ALL, muscle)[0],
    )
    assert renewed.keys() == fresh.keys()
    for value, piece in renewed.items():
        assert piece.same_size(fresh[value])
        assert piece.same_fat(fresh[value])
        assert piece.same_size(before[value])
        assert piece.same_fat(before[value]) == (value == 2)
