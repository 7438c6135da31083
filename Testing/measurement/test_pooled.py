import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ParaspinalFatLib.measurement.pooled import fat_figures, mean_signal, voxel_count
from ParaspinalFatLib.measurement.slice_statistics import Voxels, slice_statistics

ALL = np.ones(256, bool)


def piece(fractions, total=None, signal=None):
    """One slice of one muscle; ``total`` is F + W."""
    fraction = np.array(fractions, np.float32).reshape(1, 1, -1)
    total = None if total is None else np.array(total, float).reshape(fraction.shape)
    signal = None if signal is None else np.array(signal).reshape(fraction.shape)
    voxels = Voxels(fraction, None if total is None else fraction * total, total, signal)
    return slice_statistics(np.ones(fraction.shape, np.uint8), voxels, 0, ALL, ALL)[0][1]


def test_mean_of_ratios_and_ratio_of_sums_are_two_numbers():
    figures = fat_figures([piece([0.1, 0.5], total=[300, 100])])
    assert figures.mean == pytest.approx(0.3)
    assert figures.ratio == pytest.approx((30 + 50) / 400)


@settings(deadline=None)
@given(parts=st.lists(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=12), min_size=1, max_size=6))
def test_pieces_pool_to_the_figures_of_all_voxels(parts):
    together = np.concatenate(parts).astype(np.float64)
    figures = fat_figures([piece(part) for part in parts])
    assert figures.voxels == len(together)
    assert figures.mean == pytest.approx(together.mean(), abs=1e-12)
    if len(together) > 1:
        assert figures.deviation == pytest.approx(together.std(ddof=1), abs=1e-9)


@settings(deadline=None)
@given(parts=st.permutations([[0.1, 0.7], [0.3], [0.25, 0.5, 0.9], [1e-7]]))
def test_the_order_of_the_pieces_does_not_show_in_the_last_digit(parts):
    assert fat_figures([piece(part) for part in parts]) == fat_figures(
        [piece([0.1, 0.7]), piece([0.3]), piece([0.25, 0.5, 0.9]), piece([1e-7])]
    )


def test_voxels_without_a_fraction_are_left_out_and_not_fat_free():
    figures = fat_figures([piece([0.4, np.nan]), piece([np.nan])])
    assert (figures.voxels, figures.mean) == (1, pytest.approx(0.4))
    assert figures.deviation is None
    assert fat_figures([piece([np.nan])]) is None


def test_a_method_without_signals_has_no_ratio():
    assert fat_figures([piece([0.4])]).ratio is None
    assert fat_figures([piece([0.4], total=[0.0])]).ratio is None


def test_the_mean_signal_counts_every_voxel_once():
    pieces = [piece([0.1, 0.1], signal=[10, 20]), piece([0.1], signal=[60])]
    assert voxel_count(pieces) == 3
    assert mean_signal(pieces) == pytest.approx(30.0)
    assert mean_signal([piece([0.1])]) is None
