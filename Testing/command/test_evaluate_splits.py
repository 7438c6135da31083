"""``paraspinalfat evaluate --monte-carlo``: random splits of drawn torsos, trained for one step."""

import json

import pytest
from command.command_line import run_command
from command.csv_tables import figure, rows
from command.tiny_training import TINY_TRAINING
from torso import make_torso

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.writing import write_image


def test_each_random_split_is_also_judged_by_atlases_of_the_people_that_it_learned_from(tmp_path):
    for seed, name in enumerate(("anna", "ben")):
        torso = make_torso(pixel_mm=3.0, slices=4, seed=seed)
        (tmp_path / "cases" / name).mkdir(parents=True)
        write_image(torso.image, tmp_path / "cases" / name / "image.nii.gz")
        write_image(torso.image.with_array(torso.truth), tmp_path / "cases" / name / "labels.nii.gz")
    (tmp_path / "train.toml").write_text(TINY_TRAINING)
    outcome = run_command(
        "evaluate", "--monte-carlo", 1, "--held-out-share", 0.5, "--config", tmp_path / "train.toml", "--atlas-baseline",
        "--quiet", "--output", tmp_path / "page",
    )  # fmt: skip
    assert outcome.status == 0, outcome.complained
    row = figure(rows(tmp_path / "page" / "cases.csv"), method="multi-atlas", structure="ES", side="right", level="whole")
    assert float(row["dice"]) > 0.65
    card = json.loads((tmp_path / "out" / "split_1" / "paraspinal-axial.json").read_text())
    assert [row["case"]] == [name for name in ("anna", "ben") if name not in card["training"]["subjects"]]
    parameters = json.loads((tmp_path / "page" / "provenance.json").read_text())["parameters"]
    assert (parameters["held_out_share"], parameters["fusion"]) == (0.5, "majority")
    assert "the people that the split did not hold out" in (tmp_path / "page" / "evaluation.html").read_text()


@pytest.fixture
def labellings(tmp_path, monkeypatch):
    """What the label values mean to whoever judges the splits; nothing is trained."""
    heard = []

    def judged(_config, _splits, how, *_):
        heard.append(dict(how.labelling.values))
        raise InputError("enough")

    monkeypatch.setattr("ParaspinalFatLib.evaluation.monte_carlo.monte_carlo", judged)
    (tmp_path / "cases").mkdir()
    return heard


def split(tmp_path, data, *options):
    (tmp_path / "train.toml").write_text(TINY_TRAINING.replace('own = "cases"', data))
    outcome = run_command(
        "evaluate",
        "--monte-carlo",
        1,
        "--config",
        tmp_path / "train.toml",
        "--quiet",
        "--output",
        tmp_path / "page",
        *options,
    )
    assert "enough" in outcome.complained


def test_random_splits_are_judged_with_the_label_values_of_the_configuration(tmp_path, labellings):
    data = 'images = "cases"\nlabels = "cases"\nlabel_values = "7=ES_right"'
    split(tmp_path, data)
    split(tmp_path, data, "--truth-labels", "3=MF_left")
    assert labellings == [{7: "ES_right"}, {3: "MF_left"}]


def test_label_values_of_the_configuration_are_not_those_of_its_own_subjects(tmp_path, labellings):
    split(tmp_path, 'own = "cases"\nlabel_values = "1=ES_left"')
    assert labellings == [{}]
