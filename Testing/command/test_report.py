"""``paraspinalfat report`` on folders of results, and reports that ``run`` and ``batch`` write themselves."""

from __future__ import annotations

import pytest
from cohort_cases import add_rows, write_cases
from command.command_line import run_command
from report.result_folder import without_pictures, write_folder
from torso import CARD, trained_network, write_weights

from ParaspinalFatLib.command.main import parser


@pytest.fixture
def folder(tmp_path):
    """Results of the drawn case."""
    write_folder(tmp_path / "Jane", name="Doe.nii.gz")
    return tmp_path / "Jane"


def test_the_formats_asked_for_are_written_beside_the_results(folder):
    outcome = run_command("report", folder, "--html")
    assert outcome.status == 0, outcome.complained
    assert outcome.printed.strip() == str(folder / "report.html")
    assert not (folder / "report.pdf").exists()
    assert run_command("report", folder, "--pdf").status == 0
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF")


def test_several_cases_are_reported_by_one_line(folder, tmp_path):
    write_folder(tmp_path / "other")
    assert run_command("report", folder, tmp_path / "other", "--html").status == 0
    assert (tmp_path / "other" / "report.html").is_file()
    outcome = run_command("report", folder, tmp_path / "other", "--name", "one", "--overwrite")
    assert (outcome.status, "single case" in outcome.complained) == (3, True)


def test_images_give_pictures_level_by_level(folder, tmp_path):
    water, fat = tmp_path / "water_Doe.nii.gz", tmp_path / "fat_Doe.nii.gz"
    outcome = run_command("report", folder, "--html", "--water", water, "--fat", fat)
    assert outcome.status == 0, outcome.complained
    assert "fat fraction in colours on the right" in (folder / "report.html").read_text()


def test_an_anonymised_report_may_go_to_another_folder(folder, tmp_path):
    (tmp_path / "out").mkdir()
    outcome = run_command("report", folder, "--html", "--anonymise", "--output", tmp_path / "out")
    assert outcome.status == 0, outcome.complained
    page = without_pictures((tmp_path / "out" / "report.html").read_text())
    assert "Doe.nii.gz" not in page
    assert "Jane" not in page


def test_a_folder_without_results_ends_with_a_sentence(tmp_path):
    outcome = run_command("report", tmp_path)
    assert (outcome.status, "holds no measurements.csv" in outcome.complained) == (3, True)


def test_a_batch_writes_the_report_of_each_case_without_names_of_folders(tmp_path):
    manifest = write_cases(tmp_path / "Doe", 1)
    add_rows(manifest, {"masked": {"anatomy": "t2_0.nii.gz", "mask": "mask_0.nii.gz"}})
    card = write_weights(tmp_path, CARD, trained_network())
    arguments = ("--weights", card, "--only", "masked", "--workers", 1, "--quiet", "--report")
    outcome = run_command("batch", "--manifest", manifest, "--output", tmp_path / "out", *arguments)
    assert outcome.status == 0, outcome.complained
    page = without_pictures((tmp_path / "out" / "sub-masked" / "report.html").read_text())
    assert "Case masked" in page
    assert "Doe" not in page
    assert (tmp_path / "out" / "sub-masked" / "report.pdf").is_file()


@pytest.mark.parametrize("task", [("run", "--input", "x"), ("sample",)])
def test_run_and_sample_take_the_option(task):
    assert parser().parse_args([*task, "--output", "out", "--report"]).report
