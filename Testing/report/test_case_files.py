"""What was written is read back the same; what is damaged is named."""

from __future__ import annotations

import pytest
from report.result_folder import drawn_table, write_folder

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.report.case_files import read_case, read_measurements


def test_a_table_comes_back_as_it_was_written(tmp_path):
    table = drawn_table()
    table.write_csv(tmp_path / "measurements.csv")
    read = read_measurements(tmp_path / "measurements.csv")
    assert len(read) == len(table)
    for ours, theirs in zip(read, table, strict=True):
        for name, value in theirs.items():
            expected = pytest.approx(value, rel=1e-9, abs=1e-9) if isinstance(value, float) else value
            assert ours[name] == (None if value == "" else expected)


def test_a_folder_without_results_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"holds no measurements\.csv"):
        read_case(tmp_path)


def test_a_table_of_another_version_is_refused(tmp_path):
    (tmp_path / "measurements.csv").write_text("structure,area\nMF,3\n")
    with pytest.raises(InputError, match="other columns"):
        read_case(tmp_path)


@pytest.mark.parametrize("content", ["{", "[1]", ""])
def test_a_damaged_provenance_is_named(tmp_path, content):
    write_folder(tmp_path / "case")
    (tmp_path / "case" / "provenance.json").write_text(content)
    with pytest.raises(InputError, match=r"provenance\.json"):
        read_case(tmp_path / "case")


def test_a_case_is_called_as_the_batch_calls_it_else_as_its_folder(tmp_path):
    write_folder(tmp_path / "sub-P01")
    assert read_case(tmp_path / "sub-P01").name == "sub-P01"
    (tmp_path / "sub-P01" / "case.json").write_text('{"case": "P-01"}')
    assert read_case(tmp_path / "sub-P01").name == "P-01"
