import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ParaspinalFatLib.measurement import order_statistics
from ParaspinalFatLib.measurement.order_statistics import percentiles
from ParaspinalFatLib.measurement.slice_statistics import Voxels, slice_statistics

RANKS = (0, 5, 25, 50, 75, 95, 100)


def pieces(*parts):
    """Each part as a slice of one muscle."""
    found = []
    for part in parts:
        fraction = np.array(part, np.float32).reshape(1, 1, -1)
        voxels = Voxels(fraction, None, None, None)
        found.append(
            slice_statistics(np.ones(fraction.shape, np.uint8), voxels, 0, np.ones(256, bool), np.ones(256, bool))[0][1]
        )
    return found


fractions = st.lists(st.floats(0, 1, width=32), min_size=1, max_size=30)
spiky = st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=1, max_size=30)


@pytest.mark.parametrize("few", [0, order_statistics.FEW])
@settings(deadline=None)
@given(parts=st.lists(fractions | spiky, min_size=1, max_size=6))
def test_percentiles_are_those_of_sorting_everything_together(few, parts):
    expected = np.percentile(np.concatenate(parts).astype(np.float64), RANKS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(order_statistics, "FEW", few)
        assert percentiles(pieces(*parts), RANKS) == pytest.approx(expected.tolist(), abs=1e-12)


@settings(deadline=None)
@given(parts=st.lists(fractions, min_size=2, max_size=5))
def test_searching_bins_and_sorting_give_the_same_to_the_last_digit(parts):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(order_statistics, "FEW", 0)
        searched = percentiles(pieces(*parts), RANKS)
    assert searched == percentiles(pieces(*parts), RANKS)


def test_a_fraction_outside_0_to_1_is_found_all_the_same():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(order_statistics, "FEW", 0)
        assert percentiles(pieces([-0.25, 0.5], [1.5, 0.5]), (0, 50, 100)) == [-0.25, 0.5, 1.5]
