"""``paraspinalfat quality`` on drawn tables: all files, no names of folders, text escaped."""

from __future__ import annotations

from cohort.cohort_tables_drawn import name_of, write_cohort
from command.command_line import run_command

from ParaspinalFatLib.cohort.review_list import read_review_list
from ParaspinalFatLib.imaging.roles import Role


def test_report_lists_and_review_list_are_written_beside_the_cohort(tmp_path):
    folder = write_cohort(tmp_path / "cohort", 20, areas={3: 400.0}, failed=2)
    outcome = run_command("quality", folder)
    assert outcome.status == 0, outcome.complained
    assert "20 of 22 cases measured, 2 failed." in outcome.printed
    assert sorted(file.name for file in (folder / "quality").iterdir()) == [
        "contact_sheet.png", "findings.tsv", "outliers.tsv", "quality.html", "quality.pdf", "review_list.tsv",
    ]  # fmt: skip
    page = (folder / "quality" / "quality.html").read_text()
    assert "<script>" not in page
    assert "&lt;script&gt;is no image" in page
    assert "in the list: 22; run: 22, 2 failed: 2 InputError; measured: 20" in page


def test_a_second_run_leaves_nothing_of_the_first(tmp_path):
    folder = write_cohort(tmp_path / "cohort", 20, areas={3: 400.0})
    assert run_command("quality", folder).status == 0
    assert run_command("quality", folder, "--cut", 100).status == 0
    assert not (folder / "quality" / "contact_sheet.png").exists()
    assert read_review_list(folder / "quality" / "review_list.tsv") == ()


def test_the_manifest_leads_to_the_images(tmp_path):
    folder = write_cohort(tmp_path / "cohort", 20, areas={3: 400.0})
    lines = ["case,anatomy", *(f"{name_of(number)},t2_{number}.nii.gz" for number in range(20))]
    (tmp_path / "cases.csv").write_text("\n".join(lines))
    assert run_command("quality", folder, "--manifest", tmp_path / "cases.csv").status == 0
    (entry,) = read_review_list(folder / "quality" / "review_list.tsv")
    assert entry.images[Role.ANATOMY].resolve() == (tmp_path / "t2_3.nii.gz").resolve()
    (tmp_path / "cases.csv").write_text("case,anatomy\nother,x.nii.gz\n")
    outcome = run_command("quality", folder, "--manifest", tmp_path / "cases.csv")
    assert (outcome.status, "No case given is in this cohort" in outcome.complained) == (3, True)


def test_a_cohort_without_a_measured_case_has_a_report_too(tmp_path):
    folder = write_cohort(tmp_path / "cohort", 0, failed=2)
    assert run_command("quality", folder).status == 0
    assert "No case has been measured." in (folder / "quality" / "quality.html").read_text()
