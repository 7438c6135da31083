"""The main figures on the screen."""

from evaluation.drawn_truth import ITEM, box, truth_of

from ParaspinalFatLib.evaluation.by_slice import by_slice
from ParaspinalFatLib.evaluation.case_figures import case_figures
from ParaspinalFatLib.evaluation.printed import printed


def test_a_line_for_each_structure_of_whole_stacks_with_its_n():
    truth = truth_of({"MF_right": box(), "PM_left": box(columns=(0, 5))}, levels={"L4/5": 2})
    predicted = {"MF_right": box(columns=(12, 32))}
    head, first, second = printed(
        case_figures(ITEM, truth, predicted, by_slice(ITEM, truth, predicted, (None, None)))
    ).splitlines()
    assert head.split()[:5] == ["method", "contrast", "structure", "side", "n"]
    assert first.split() == ["network", "T2w", "MF", "right", "1", "0.900", "1.6", "0.0", "-"]
    assert second.split() == ["network", "T2w", "PM", "left", "1", "0.000", "-", "100.0", "-"]


def test_columns_stand_below_their_headings():
    truth = truth_of({"MF_right": box()})
    predicted = {"MF_right": box()}
    head, line = printed(case_figures(ITEM, truth, predicted, by_slice(ITEM, truth, predicted, (None, None)))).splitlines()
    assert len(head) == len(line)
