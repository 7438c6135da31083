"""Pages that are made from code agree with it."""

from __future__ import annotations

from ParaspinalFatLib.measurement.dictionary import write_dictionary_markdown


def test_the_page_of_columns_is_the_present_data_dictionary(repository, tmp_path):
    write_dictionary_markdown(tmp_path / "columns.md")
    made = (tmp_path / "columns.md").read_text(encoding="utf-8")
    page = (repository / "docs" / "columns.md").read_text(encoding="utf-8")
    assert page == made, "make it again: write_dictionary_markdown('docs/columns.md')"
