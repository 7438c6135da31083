"""``paraspinalfat evaluate`` on drawn cases whose figures are known."""

import importlib.util
import json

import pytest
from command.command_line import run_command
from command.csv_tables import figure, rows
from evaluation.drawn_cases import drawn_labels, write_case, write_prediction
from torso import CARD, make_torso, trained_network, write_weights

from ParaspinalFatLib.errors import MissingPackageError
from ParaspinalFatLib.evaluation.fat_network import FAT_METHODS
from ParaspinalFatLib.imaging.writing import write_image
from ParaspinalFatLib.segmentation.fat_process import WorkerFatPredictor


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    """Two cases; the prediction of anna is exact, that of ben one pixel to the left and without a disc."""
    root = tmp_path_factory.mktemp("evaluate")
    moved = drawn_labels(shift=1)
    moved[moved == 11] = 0
    for name, predicted in (("anna", drawn_labels()), ("ben", moved)):
        write_case(root / "cases", name, drawn_labels())
        write_prediction(root / "predicted", name, predicted)
    return root


@pytest.fixture(scope="module")
def evaluated(cases):
    """The folder of results."""
    outcome = run_command(
        "evaluate", "--truth", cases / "cases", "--prediction", cases / "predicted", "--contrast", "T2w", "--fat-methods",
        "otsu", "--remark", "Drawn <by> us.", "--quiet", "--output", cases / "out",
    )  # fmt: skip
    assert outcome.status == 0, outcome.complained
    return cases / "out", outcome


def test_overlap_areas_and_distances_are_those_of_a_shift_by_one_pixel(evaluated):
    row = figure(rows(evaluated[0] / "cases.csv"), case="ben", structure="MF", level="whole")
    assert float(row["dice"]) == pytest.approx(0.9)
    assert float(row["iou"]) == pytest.approx(90 / 110)
    assert float(row["hd95_mm"]) == pytest.approx(1.0)
    assert float(row["csa_error_pct"]) == pytest.approx(0.0)


def test_fat_fraction_error_is_that_of_the_column_left_and_the_column_taken_in(evaluated):
    row = figure(rows(evaluated[0] / "cases.csv"), case="ben", structure="MF", level="whole")
    assert float(row["ff_error_points"]) == pytest.approx(-8.0, abs=1e-4)  # a column of 90 % against one of 10 %, of ten


def test_a_missed_disc_is_dice_zero_and_halves_recall(evaluated):
    assert float(figure(rows(evaluated[0] / "cases.csv"), case="ben", structure="IVD", level="whole")["dice"]) == 0
    summary = rows(evaluated[0] / "summary.csv")
    recall = figure(summary, structure="IVD", level="whole", measure="recall_at_iou_0.75")
    assert (float(recall["mean"]), recall["n"]) == (0.5, "2")
    assert float(figure(summary, structure="IVD", level="whole", measure="ap_at_iou_0.75")["mean"]) == 0.5


def test_levels_of_the_discs_have_rows_of_their_own(evaluated):
    levels = {row["level"] for row in rows(evaluated[0] / "cases.csv")}
    assert len(levels) == 2
    assert "whole" in levels


def test_fat_maps_are_compared_with_dixon(evaluated):
    row = figure(rows(evaluated[0] / "fat.csv"), case="anna", structure="MF")
    assert (float(row["kappa"]), float(row["auc"])) == (1.0, 1.0)


def test_the_page_holds_pictures_n_published_figures_and_escaped_remarks(evaluated):
    page = (evaluated[0] / "evaluation.html").read_text(encoding="utf-8")
    assert "n = 2: too few" in page
    assert "JOR Spine 2024" in page
    assert page.count("data:image/png") >= 3
    assert "Drawn &lt;by&gt; us." in page


def test_a_case_without_prediction_is_left_out_by_name_and_the_rest_goes_on(cases, tmp_path):
    write_prediction(tmp_path / "predicted", "anna", drawn_labels())
    outcome = run_command(
        "evaluate", "--truth", cases / "cases", "--prediction", tmp_path / "predicted", "--contrast", "T2w", "--quiet",
        "--fat-methods", "otsu", "--output", tmp_path / "out",
    )  # fmt: skip
    assert outcome.status == 0
    assert "left out: ben T2w prediction" in outcome.printed
    assert {row["case"] for row in rows(tmp_path / "out" / "left_out.csv")} == {"ben"}


def test_a_network_gets_a_real_average_precision_and_a_remark_on_a_case_it_was_trained_with(tmp_path):
    torso = make_torso(slices=2)
    (tmp_path / "cases" / "anna").mkdir(parents=True)
    write_image(torso.image, tmp_path / "cases" / "anna" / "T2w.nii.gz")
    write_image(torso.image.with_array(torso.truth), tmp_path / "cases" / "anna" / "labels.nii.gz")
    card = write_weights(tmp_path, {**CARD, "training": {"subjects": ["anna"]}}, trained_network())
    outcome = run_command(
        "evaluate", "--truth", tmp_path / "cases", "--weights", card, "--threads", "1", "--device", "cpu", "--quiet",
        "--output", tmp_path / "out",
    )  # fmt: skip
    assert outcome.status == 0, outcome.complained
    assert "remark: anna T2w tiny: The network was trained with this case" in outcome.printed
    assert all(0.5 < float(row["score"]) <= 1 for row in rows(tmp_path / "out" / "slices.csv"))
    note = figure(rows(tmp_path / "out" / "summary.csv"), structure="canal", level="whole", measure="ap_at_iou_0.75")["note"]
    assert "area under the precision-recall curve" in note


def test_without_torch_outlines_of_other_programs_are_judged_and_only_the_learned_fat_is_left_out(
    cases, tmp_path, monkeypatch
):
    def fail(*_):
        raise MissingPackageError("PyTorch is not installed.")

    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "torch" else found(name))
    monkeypatch.setattr(WorkerFatPredictor, "__call__", fail)
    outcome = run_command(
        "evaluate", "--truth", cases / "cases", "--prediction", cases / "predicted", "--contrast", "T2w", "--quiet",
        "--output", tmp_path / "out",
    )  # fmt: skip
    assert outcome.status == 0, outcome.complained
    left_out = {row["method"] for row in rows(tmp_path / "out" / "left_out.csv")}
    assert left_out == {"fat by learned", "fat by learned-binary"}
    parameters = json.loads((tmp_path / "out" / "provenance.json").read_text())["parameters"]
    assert parameters["fat_methods"] == list(FAT_METHODS)
    assert parameters.keys().isdisjoint({"held_out_share", "fusion"})  # nothing was split, and there were no atlases
    assert {"otsu", "seed004"} <= {row["method"] for row in rows(tmp_path / "out" / "fat.csv")}


def test_a_label_that_nobody_named_is_told_with_the_options_of_this_command(cases, tmp_path):
    strange = drawn_labels()
    strange[0, 0, 0] = 200
    write_case(tmp_path / "cases", "anna", strange)
    arguments = ["evaluate", "--prediction", cases / "predicted", "--fat-methods", "--quiet", "--output", tmp_path / "out"]
    assert "--truth-labels 1=ES_right" in run_command(*arguments, "--truth", tmp_path / "cases").complained
    write_prediction(tmp_path / "predicted", "anna", strange)
    arguments[2] = tmp_path / "predicted"
    write_case(tmp_path / "truth", "anna", drawn_labels())
    outcome = run_command(*arguments, "--truth", tmp_path / "truth")
    assert "--prediction-labels 1=ES_right" in outcome.complained
