"""Reports appear beside the results, from the images that were measured and no others."""

from __future__ import annotations

import pytest
from report.result_folder import write_folder

from ParaspinalFatLib.errors import InputError, OutputError
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.report.write_case import HTML, PDF, ReportChoices, write_case_report


def test_both_formats_are_written_with_a_picture_for_each_level(tmp_path):
    images = write_folder(tmp_path / "case")
    written = write_case_report(tmp_path / "case", ReportChoices(), images)
    assert [file.name for file in written] == [HTML, PDF]
    page = written[0].read_text()
    assert page.count("outlines on the left, fat fraction in colours on the right") == 2
    assert page.index("L4/5   slice 2") < page.index("L5/S1   slice 0")
    assert "The left multifidus is &lt;small&gt; &amp; pale." in page


def test_a_case_that_the_panel_exported_is_drawn_from_its_own_images(tmp_path):
    images = write_folder(tmp_path / "case", exported=True)
    for role, path in images.items():
        path.rename(tmp_path / "case" / f"{role.value}.nii.gz")
    (page,) = write_case_report(tmp_path / "case", ReportChoices((HTML,)))
    assert "L4/5   slice 2   S +8.0 mm: outlines on the left" in page.read_text()


def test_images_that_were_not_measured_are_refused(tmp_path):
    images = write_folder(tmp_path / "case")
    exchanged = {Role.WATER: images[Role.FAT], Role.FAT: images[Role.WATER]}
    with pytest.raises(InputError, match="is not the water image"):
        write_case_report(tmp_path / "case", ReportChoices(), exchanged)
    assert not (tmp_path / "case" / HTML).exists()


def test_a_report_that_is_there_is_replaced_only_if_asked(tmp_path):
    write_folder(tmp_path / "case")
    choices = ReportChoices((HTML,))
    write_case_report(tmp_path / "case", choices)
    with pytest.raises(OutputError, match=r"already holds report\.html"):
        write_case_report(tmp_path / "case", choices)
    write_case_report(tmp_path / "case", choices, overwrite=True)
    assert not (tmp_path / "case" / PDF).exists()
