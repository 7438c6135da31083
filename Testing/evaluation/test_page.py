"""The page: what stands on it, in which order, and what the reader is warned of."""

import pytest
from evaluation.drawn_truth import box, truth_of

from ParaspinalFatLib.agreement.detection import Detection
from ParaspinalFatLib.evaluation.by_slice import Item, by_slice
from ParaspinalFatLib.evaluation.case_figures import case_figures
from ParaspinalFatLib.evaluation.fat_figures import FatFigures
from ParaspinalFatLib.evaluation.judging import DIXON, Findings
from ParaspinalFatLib.evaluation.methods import Method
from ParaspinalFatLib.evaluation.page import AP_OF_SCORES, AP_WITHOUT_SCORES, Judged, page
from ParaspinalFatLib.report.document import Facts, Paragraph, TableBlock
from ParaspinalFatLib.report.html import as_html

TRUTH = truth_of(
    {"MF_right": box(slices=(0, 4)), "ES_right": box(slices=(0, 4), columns=(0, 10))}, levels={"L5/S1": 1, "L4/5": 3}
)


def method(name="network", **others):
    return Method(name, lambda *_: None, **{"withheld": {}, "about": {"weights": "own", "left_out": []}, **others})


def findings(*items, scores=None):
    found = Findings()
    for item in items:
        predicted = {"MF_right": box(slices=(0, 4), columns=(12, 32))}
        slices = by_slice(item, TRUTH, predicted, (None, None), scores=scores)
        found.add(Findings(case_figures(item, TRUTH, predicted, slices), slices))
    return found


def items(count=1, name="network"):
    return [Item(name, f"case{number}", "T2w") for number in range(count)]


def titles(judged):
    return [section.title for section in page(judged).sections]


def blocks(judged, kind, section=None):
    return [
        block
        for one in page(judged).sections
        if section in (None, one.title)
        for block in one.blocks
        if isinstance(block, kind)
    ]


def words(judged):
    return " ".join(block.text for block in blocks(judged, Paragraph))


def test_results_come_first_and_levels_and_definitions_last():
    assert titles(Judged(findings(*items()), [method()])) == [
        "What was judged", "Outlines: network", "Published figures beside these", "By level: network",
        "Agreement by slice: network, T2w", "Left out", "What the figures mean",
    ]  # fmt: skip


def test_n_is_stated_and_few_cases_are_said_to_be_few():
    few = Judged(findings(*items(2)), [method()])
    assert page(few).about == "2 cases, 1 method"
    assert ("n", "2 cases") in blocks(few, Facts)[0].lines
    assert "n = 2: too few" in words(few)
    assert "too few" not in words(Judged(findings(*items(10)), [method()]))


def test_levels_stand_together_and_not_in_the_table_of_whole_stacks():
    judged = Judged(findings(*items()), [method()])
    (whole,) = blocks(judged, TableBlock, "Outlines: network")
    assert [line[:2] for line in whole.rows] == [("ES+MF", "right"), ("ES", "right"), ("MF", "right")]
    (levels,) = blocks(judged, TableBlock, "By level: network")
    assert [line[0] for line in levels.rows] == ["L4/5"] * 3 + ["L5/S1"] * 3


def test_the_page_says_which_average_precision_was_used():
    scored = findings(*items(), scores={"MF_right": [0.9, 0.8, 0.7, 0.6, None]})
    assert AP_OF_SCORES in words(Judged(scored, [method()]))
    plain = words(Judged(findings(*items()), [method()]))
    assert AP_WITHOUT_SCORES in plain
    assert AP_OF_SCORES not in plain


def test_a_remark_stands_before_the_figures_of_its_method_only():
    found = findings(*items(), *items(name="multi-atlas"))
    found.remarks = [("case0", "T2w", "multi-atlas", "The fit is no better than none.")]
    judged = Judged(found, [method(), method("multi-atlas")])
    remark, *_ = blocks(judged, TableBlock, "Outlines: multi-atlas")
    assert remark.title.startswith("Read this first")
    assert remark.rows == (("case0", "T2w", "The fit is no better than none."),)
    assert not any(table.title.startswith("Read") for table in blocks(judged, TableBlock, "Outlines: network"))


def test_what_was_left_out_and_withheld_is_named():
    found = findings(*items())
    found.left_out = [("carl", "T1w", "network", "No muscle was found.")]
    judged = Judged(found, [method(withheld={"IC_left": "poor"})])
    assert blocks(judged, TableBlock, "Left out")[0].rows == (("carl", "T1w", "network", "No muscle was found."),)
    assert "IC_left (network: poor)" in words(judged)


def test_the_fat_network_is_named_and_its_remarks_stand_before_the_fat_figures():
    found = findings(*items())
    found.fat = [FatFigures(Item("learned", "case0", "T2w"), "MF", "right", Detection(30, 10, 10, 50), 0.8, 20.0, 22.0)]
    found.fat_network = {"weights": "paraspinal-fat", "version": "9"}
    found.remarks = [("case0", "T2w", "learned", "It knows this case."), ("case0", "", DIXON, "Interpolated.")]
    judged = Judged(found, [method()])
    assert ("fat network", "weights paraspinal-fat; version 9") in blocks(judged, Facts)[0].lines
    assert blocks(judged, TableBlock, "Fat maps")[0].rows == (("case0", "T2w", "It knows this case."),)
    assert blocks(judged, TableBlock, "What was judged")[0].rows == (("case0", "", "Interpolated."),)


def test_fat_maps_stand_beside_the_published_fat_model():
    found = findings(*items())
    found.fat = [FatFigures(Item("otsu", "case0", "T2w"), "MF", "right", Detection(30, 10, 10, 50), 0.8, 20.0, 22.0)]
    ours, published = blocks(Judged(found, [method()]), TableBlock, "Fat maps")
    assert ours.rows[0][:5] == ("otsu", "MF", "right", "1", "0.58")
    assert ("kappa", "0.76 internal, 0.61 external", "JOR Spine 2024, fat model", "0.58") in published.rows
    assert [name for name, *_ in published.rows][-1] == "MAPE, %"


@pytest.mark.parametrize("words_on_page", ["Research use only", "MF: multifidus", "Right and left are the patient", "HD95"])
def test_the_written_page_explains_itself(words_on_page):
    assert words_on_page in as_html(page(Judged(findings(*items()), [method()])))


def test_lists_are_written_as_people_write_them_and_empty_ones_not_at_all():
    judged = Judged(findings(*items()), [method(about={"atlases": ["anna", "ben"], "left_out": []})])
    assert ("method: network", "atlases anna, ben") in blocks(judged, Facts)[0].lines


def test_splits_are_said():
    lines = blocks(Judged(findings(*items()), [method()], splits=5), Facts)[0].lines
    assert any("5 random splits" in value for _, value in lines)
