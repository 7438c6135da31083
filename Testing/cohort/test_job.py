"""Sentences that leave a worker name files without the folders of a machine."""

from __future__ import annotations

import pytest

from ParaspinalFatLib.cohort.job import without_folders


@pytest.mark.parametrize("anonymised", [False, True])
@pytest.mark.parametrize(
    "sentence",
    [
        "/data/Doe Jane/t2.nii.gz does not exist.",
        "/data/Doe Jane/t2.nii.gz is truncated (/data/Doe Jane/t2.nii.gz).",
        "Cannot write /home/jdoe/study/x.csv: no space.",
        r"C:\Users\jdoe\x.nii is empty.",
        "/data/Doe Jane/series/IM0001 is damaged.",
    ],
)
def test_no_folder_is_left_in_a_sentence(sentence, anonymised):
    paths = {"anatomy": "/data/Doe Jane/t2.nii.gz", "fat": "/data/Doe Jane/series"}
    told = without_folders(sentence, paths, anonymised=anonymised)
    assert "Doe" not in told
    assert "jdoe" not in told
    assert "/data" not in told


def test_ordinary_words_and_levels_stay():
    sentence = "The level L4/5 lies 7 mm/slice away; right/left differ."
    assert without_folders(sentence, {}, anonymised=False) == sentence
