"""Every statistic that a study of agreement reports is in the table."""

from ParaspinalFatLib.agreement.equivalence import Margin
from ParaspinalFatLib.agreement.pairs import Pairs
from ParaspinalFatLib.agreement.statistics import agreement_statistics

EXPECTED = {
    "ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)", "CCC", "bias", "lower limit of agreement",
    "upper limit of agreement", "proportional bias (slope)", "Passing-Bablok slope", "Passing-Bablok intercept",
    "regression slope", "R2", "MAPE", "MSE", "TOST +-5 %",
}  # fmt: skip


def test_all_statistics_are_given_with_finite_values(drawn_pairs):
    found = {one.statistic: one for one in agreement_statistics(drawn_pairs, Margin(5, percent=True))}
    assert found.keys() >= EXPECTED
    assert all(one.value == one.value for one in found.values())


def test_two_pairs_get_no_statistic_but_a_reason(drawn_pairs):
    (only,) = agreement_statistics(Pairs(drawn_pairs.reference[:2], drawn_pairs.other[:2]), Margin(1))
    assert only.note == "fewer than 3 pairs"


def test_equal_series_are_perfect_and_no_error(drawn_pairs):
    same = Pairs(drawn_pairs.reference, drawn_pairs.reference)
    found = {one.statistic: one.value for one in agreement_statistics(same, Margin(1))}
    assert found["ICC(2,1)"] == found["CCC"] == found["Passing-Bablok slope"] == 1
    assert found["bias"] == found["MAPE"] == 0
