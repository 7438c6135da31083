"""The contact sheet shows the first cases of the list, each in its place, whatever state its picture is in."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from ParaspinalFatLib.cohort.contact_sheet import CAPTION_HEIGHT, CELL, write_contact_sheet
from ParaspinalFatLib.cohort.review_list import ReviewEntry


def entry(folder, colour=None):
    """A case whose overlay has one colour, or which has none."""
    folder.mkdir()
    if colour:
        Image.new("RGB", (1000, 800), colour).save(folder / "overlay.png")
    return ReviewEntry(folder.name, 4.0, "", "", "", ("why " * 100,), folder / "segmentation.seg.nrrd")


@pytest.mark.parametrize(("most", "size"), [(12, (3, 2)), (3, (3, 1)), (1, (1, 1))])
def test_it_is_as_large_as_its_cases_need(tmp_path, most, size):
    entries = [entry(tmp_path / f"P-{number}", "red") for number in range(4)]
    assert write_contact_sheet(tmp_path / "sheet.png", entries, most) == min(4, most)
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.size == (CELL[0] * size[0], CELL[1] * size[1])


def test_each_picture_lies_in_its_place_and_absent_or_damaged_ones_leave_it_black(tmp_path):
    entries = [entry(tmp_path / "A", "red"), entry(tmp_path / "B"), entry(tmp_path / "C")]
    (tmp_path / "C" / "overlay.png").write_bytes(b"\x89PNG")
    write_contact_sheet(tmp_path / "sheet.png", entries)
    with Image.open(tmp_path / "sheet.png") as sheet:
        pixels = np.asarray(sheet)
    row = CAPTION_HEIGHT + 100
    assert [tuple(pixels[row, CELL[0] * number + CELL[0] // 2]) for number in range(3)] == [
        (255, 0, 0),
        (0, 0, 0),
        (0, 0, 0),
    ]


def test_nothing_to_show_is_no_sheet(tmp_path):
    assert write_contact_sheet(tmp_path / "sheet.png", []) == 0
    assert not (tmp_path / "sheet.png").exists()
