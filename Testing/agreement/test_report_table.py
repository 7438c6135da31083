"""The tidy table and its few figures for the screen."""

import math

from ParaspinalFatLib.agreement.analysis import Analysis, analyse
from ParaspinalFatLib.agreement.estimate import Estimate
from ParaspinalFatLib.agreement.pairing import Matched, Pairing
from ParaspinalFatLib.agreement.report_table import GroupResult, columns, printed, rows

DICE = GroupResult("dice", {"structure": "MF", "side": "left"}, 3, 3, [Estimate("mean", 0.9), Estimate("SD", 0.1)])


def test_there_is_one_row_for_each_statistic_of_a_group():
    assert columns([DICE])[:5] == ["measure", "structure", "side", "n", "persons"]
    assert [(row["statistic"], row["value"], row["side"]) for row in rows([DICE])] == [
        ("mean", 0.9, "left"),
        ("SD", 0.1, "left"),
    ]


def test_a_statistic_that_a_group_lacks_is_nan():
    assert math.isnan(DICE.value("CCC").value)


def test_the_printed_table_shows_bias_limits_and_agreement():
    cells = [Matched("volume_ml", {"side": "left"}, str(k), str(k), str(100 + 10 * k), str(101 + 10 * k)) for k in range(5)]
    (head, line) = printed(analyse(Pairing(tuple(cells)), Analysis())).splitlines()
    assert "bias (limits of agreement)" in head
    assert line.startswith("left volume_ml")
    assert "+1 (+1 to +1)" in line


def test_groups_without_numbers_are_printed_with_their_first_statistic():
    assert printed([DICE]).split() == ["MF", "left", "dice", "n", "3", "mean", "0.900"]
