"""``paraspinalfat evaluate`` on drawn cases whose figures are known."""

import csv
import importlib.util
import json
import sys

import pytest
from command.command_line import run_command
from evaluation.drawn_cases import drawn_labels, write_case, write_prediction
from torso import CARD, make_torso, trained_network, write_weights

from ParaspinalFatLib.command.main import parser
from ParaspinalFatLib.errors import InputError, MissingPackageError
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


def rows(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def figure(table, **wanted):
    (found,) = [row for row in table if all(row[key] == value for key, value in wanted.items())]
    return found


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


@pytest.mark.parametrize(
    ("absent", "arguments"),
    [
        ("jinja2", ["--truth", "labels", "--prediction", "predicted"]),
        ("torch", ["--truth", "labels"]),
        ("torch", ["--truth", "labels", "--prediction", "predicted", "--fat-methods", "learned-binary"]),
        ("torch", ["--monte-carlo", "2", "--config", "train.toml"]),
    ],
)
def test_a_package_that_is_absent_is_told_before_anything_is_read_or_trained(tmp_path, monkeypatch, absent, arguments):
    monkeypatch.setitem(sys.modules, absent, None)
    outcome = run_command("evaluate", *arguments, "--quiet", "--output", tmp_path / "out")
    assert outcome.status == 9
    assert outcome.complained.count("\n") == 1
    assert absent in outcome.complained.lower()
    assert "paraspinalfat[training]" in outcome.complained


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
    assert {"otsu", "seed004"} <= {row["method"] for row in rows(tmp_path / "out" / "fat.csv")}


def test_an_unknown_fat_method_is_refused_before_anything_is_read(tmp_path):
    arguments = ["evaluate", "--truth", "nowhere", "--fat-methods", "guess", "--quiet"]
    outcome = run_command(*arguments, "--output", tmp_path / "out")
    assert outcome.status == 5
    assert "'guess'" in outcome.complained
    assert "learned-binary" in outcome.complained


def test_the_help_names_the_fat_methods_of_an_evaluation_and_the_extra_that_it_needs(capsys):
    with pytest.raises(SystemExit):
        parser().parse_args(["evaluate", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert " ".join(FAT_METHODS) in said
    assert "extra 'training'" in said


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


def test_each_random_split_is_also_judged_by_atlases_of_the_people_that_it_learned_from(tmp_path):
    for seed, name in enumerate(("anna", "ben")):
        torso = make_torso(pixel_mm=3.0, slices=4, seed=seed)
        (tmp_path / "cases" / name).mkdir(parents=True)
        write_image(torso.image, tmp_path / "cases" / name / "image.nii.gz")
        write_image(torso.image.with_array(torso.truth), tmp_path / "cases" / name / "labels.nii.gz")
    (tmp_path / "train.toml").write_text(MONTE_CARLO)
    outcome = run_command(
        "evaluate", "--monte-carlo", 1, "--held-out-share", 0.5, "--config", tmp_path / "train.toml", "--atlas-baseline",
        "--quiet", "--output", tmp_path / "page",
    )  # fmt: skip
    assert outcome.status == 0, outcome.complained
    row = figure(rows(tmp_path / "page" / "cases.csv"), method="multi-atlas", structure="ES", side="right", level="whole")
    assert float(row["dice"]) > 0.65
    card = json.loads((tmp_path / "out" / "split_1" / "paraspinal-axial.json").read_text())
    assert [row["case"]] == [name for name in ("anna", "ben") if name not in card["training"]["subjects"]]
    assert "the people that the split did not hold out" in (tmp_path / "page" / "evaluation.html").read_text()


def test_random_splits_are_judged_with_the_label_values_of_the_configuration(tmp_path, monkeypatch):
    heard = []

    def judged(_config, _splits, how, *_):
        heard.append(how)
        raise InputError("enough")

    monkeypatch.setattr("ParaspinalFatLib.evaluation.monte_carlo.monte_carlo", judged)
    (tmp_path / "cases").mkdir()
    values = 'images = "cases"\nlabels = "cases"\nlabel_values = "7=ES_right"'
    (tmp_path / "train.toml").write_text(MONTE_CARLO.replace('own = "cases"', values))
    arguments = [
        "evaluate",
        "--monte-carlo",
        1,
        "--config",
        tmp_path / "train.toml",
        "--quiet",
        "--output",
        tmp_path / "out",
    ]
    assert "enough" in run_command(*arguments).complained
    assert "enough" in run_command(*arguments, "--truth-labels", "3=MF_left").complained
    assert [dict(how.labelling.values) for how in heard] == [{7: "ES_right"}, {3: "MF_left"}]


MONTE_CARLO = """
[training]
output = "out"
iterations = 1
previews = false
workers = 0
device = "cpu"

[data]
own = "cases"
background = "known"

[network]
channels = [8, 8]
convolutions = [1, 1]
"""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "No truth was given"),
        (["--monte-carlo", "2"], "--config"),
        (["--truth", "nowhere"], "no folder"),
        (["--monte-carlo", "2", "--config", "a.toml", "--truth", "labels", "--device", "cpu"], "--truth, --device cannot"),
        (
            ["--monte-carlo", "2", "--config", "a.toml", "--threads", "2", "--weights", "a.json"],
            "--weights, --threads cannot",
        ),
        (["--truth", "labels", "--config", "a.toml", "--atlas-baseline"], "--config, --atlas-baseline can only"),
    ],
)
def test_what_cannot_be_evaluated_is_one_sentence(tmp_path, arguments, words):
    outcome = run_command("evaluate", *arguments, "--quiet", "--output", tmp_path / "out")
    assert outcome.status == 3
    assert words in outcome.complained
    assert not (tmp_path / "out").exists()
