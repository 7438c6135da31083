"""Verdicts are about the outlines as they were; a later edit shows."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from ParaspinalFatLib.correction.review import (
    COLUMNS,
    LevelReview,
    Verdict,
    fingerprint,
    from_json,
    statuses,
    to_json,
    write_review_csv,
)

SPANS = {"L5/S1": range(0, 2), "L4/5": range(2, 4)}


@pytest.fixture
def labels() -> np.ndarray:
    labels = np.zeros((4, 5, 5), np.uint8)
    labels[:, 1:3, 1:3] = 1
    return labels


@pytest.fixture
def review(labels: np.ndarray) -> dict[str, LevelReview]:
    return {"L4/5": LevelReview(Verdict.ACCEPTED, "AB", "2026-01-02T03:04:05+00:00", fingerprint(labels, SPANS["L4/5"]))}


def test_an_edit_in_its_slices_unsettles_a_verdict_and_one_elsewhere_does_not(labels, review):
    labels[0, 4, 4] = 1
    assert [(one.level, one.is_settled) for one in statuses(review, SPANS, labels)] == [("L5/S1", False), ("L4/5", True)]
    labels[3, 4, 4] = 1
    assert [one.changed_since for one in statuses(review, SPANS, labels)] == [False, True]
    labels[3, 4, 4] = 0
    assert statuses(review, SPANS, labels)[1].is_settled


def test_verdicts_on_levels_that_are_gone_are_passed_over(labels, review):
    assert [one.level for one in statuses(review, {"L1/2": range(0, 4)}, labels)] == ["L1/2"]


def test_text_keeps_all_of_it_and_foreign_text_is_no_review(review):
    assert from_json(to_json(review)) == review
    for text in ("", "[]", "{broken", '{"L4/5": {"verdict": "perfect"}}', '{"L4/5": {"verdict": "open", "mood": 1}}'):
        assert from_json(text) == {}


def test_the_file_has_a_row_for_every_level(tmp_path, labels, review):
    write_review_csv(tmp_path / "review.csv", statuses(review, SPANS, labels))
    with (tmp_path / "review.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == tuple(COLUMNS)
    assert [(row["level"], row["first_slice"], row["last_slice"], row["verdict"]) for row in rows] == [
        ("L5/S1", "0", "1", "open"),
        ("L4/5", "2", "3", "accepted"),
    ]
    assert rows[1]["initials"] == "AB"
    assert rows[1]["changed_since"] == "no"


def test_initials_cannot_be_read_as_a_formula(tmp_path, labels):
    evil = {"L4/5": LevelReview(Verdict.ACCEPTED, '=HYPERLINK("x")')}
    write_review_csv(tmp_path / "review.csv", statuses(evil, SPANS, labels))
    assert "'=HYPERLINK('x')" in (tmp_path / "review.csv").read_text()
