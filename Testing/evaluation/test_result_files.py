"""The files of an evaluation: what is in them, and that nothing empty is written."""

import csv

from evaluation.drawn_truth import box, truth_of

from ParaspinalFatLib.evaluation.by_slice import Item, by_slice
from ParaspinalFatLib.evaluation.case_figures import case_figures
from ParaspinalFatLib.evaluation.judging import Findings
from ParaspinalFatLib.evaluation.methods import Method
from ParaspinalFatLib.evaluation.page import Judged
from ParaspinalFatLib.evaluation.result_files import FILES, write_evaluation

ITEM = Item("network", "anna", "T2w")


def judged(**others):
    truth, predicted = truth_of({"MF_right": box()}), {"MF_right": box(columns=(12, 32))}
    slices = by_slice(ITEM, truth, predicted, (None, None), scores={"MF_right": [None, None, 0.75, None, None]})
    findings = Findings(case_figures(ITEM, truth, predicted, slices), slices, **others)
    return Judged(findings, [Method("network", lambda *_: None, {}, {})])


def read(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_tables_hold_cases_slices_scores_and_summaries(tmp_path):
    write_evaluation(tmp_path, judged())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cases.csv", "evaluation.html", "slices.csv", "summary.csv"]
    (case,), (one,) = read(tmp_path / "cases.csv"), read(tmp_path / "slices.csv")
    assert (case["case"], float(case["dice"])) == ("anna", 0.9)
    assert (one["slice"], float(one["score"]), one["truth_ff_pct"]) == ("2", 0.75, "")
    assert {row["measure"] for row in read(tmp_path / "summary.csv")} >= {"dice", "hd95_mm", "ap_at_iou_0.75"}


def test_what_was_left_out_and_remarked_has_files_of_its_own(tmp_path):
    remark = ("anna", "T2w", "network", "Do not believe this.")
    write_evaluation(tmp_path, judged(left_out=[("ben", "T2w", "network", "No muscle.")], remarks=[remark]))
    assert read(tmp_path / "left_out.csv") == [
        {"case": "ben", "contrast": "T2w", "method": "network", "reason": "No muscle."}
    ]
    assert tuple(read(tmp_path / "remarks.csv")[0].values()) == remark
    assert all("1 of 1 images with a remark" in row["note"] for row in read(tmp_path / "summary.csv"))
    assert {path.name for path in tmp_path.iterdir()} <= set(FILES)
