"""Two one-sided tests: their p-value is that of two ordinary t tests, and they decide as the 90 % interval does."""

import numpy as np
import pytest
from scipy import stats

from ParaspinalFatLib.agreement.equivalence import Margin, equivalence
from ParaspinalFatLib.agreement.pairs import Pairs
from ParaspinalFatLib.errors import InputError


def test_p_is_the_larger_one_of_two_one_sided_t_tests(drawn_pairs):
    found = equivalence(drawn_pairs, Margin(2.5))
    above = stats.ttest_1samp(drawn_pairs.difference, -2.5, alternative="greater").pvalue
    below = stats.ttest_1samp(drawn_pairs.difference, 2.5, alternative="less").pvalue
    assert found.p == pytest.approx(max(above, below))


@pytest.mark.parametrize("size", [1.5, 2.0, 2.2, 2.5, 4.0])
def test_it_decides_as_the_90_percent_interval_does(drawn_pairs, size):
    found = equivalence(drawn_pairs, Margin(size))
    inside = -size < found.low and found.high < size
    assert (found.p < 0.05) == inside
    assert found.note.startswith("equivalent" if inside else "equivalence not shown")


def test_a_margin_in_per_cent_is_of_the_mean_of_the_reference():
    pairs = Pairs(np.array([90.0, 100, 110]), np.array([91.0, 101, 111]))
    assert Margin.read("5%").in_unit(pairs) == pytest.approx(5)


@pytest.mark.parametrize("text", ["0", "-5%", "five", "", "nan"])
def test_a_margin_that_is_no_positive_number_is_refused(text):
    with pytest.raises(InputError, match="margin"):
        Margin.read(text)
