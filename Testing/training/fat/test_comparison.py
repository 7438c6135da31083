"""The comparison: a network that knows the truth makes no error, and the tables say what was measured."""

from __future__ import annotations

import json

import numpy as np
import pytest

from ParaspinalFatLib.fat.learned import PredictedFraction, fingerprint
from ParaspinalFatLib.training.fat import comparison
from ParaspinalFatLib.training.fat.comparison import METHODS, by_muscle, compare, markdown, summary


@pytest.fixture
def results(dixon_subject, monkeypatch):
    """Measured with a network that knows the truth, on the two lowest loads and one protocol."""
    made = []
    real = comparison.known_scan

    def remembered(*arguments):
        made.append(real(*arguments))
        return made[-1]

    monkeypatch.setattr(comparison, "known_scan", remembered)
    monkeypatch.setattr(comparison, "SLICE_STEP", 1)
    monkeypatch.setattr(comparison, "PROTOCOLS", comparison.PROTOCOLS[:1])
    monkeypatch.setattr(
        comparison, "METHODS", {name: METHODS[name] for name in ("learned", "learned, binary", "otsu", "seed004")}
    )
    return compare(
        dixon_subject,
        lambda image: PredictedFraction(made[-1].fraction, image.affine, fingerprint(image.array)),
        seeds=[1],
        loads=(0.0, 0.4),
    )


def test_a_network_that_knows_the_truth_makes_no_error(results):
    for row in summary(results):
        if row["method"] == "learned":
            assert row["mae_points"] == row["bias_points"] == 0
            assert row["kappa"] == row["auc"] == row["f1"] == 1.0


def test_a_binary_map_of_the_truth_agrees_with_itself_but_has_an_error_in_points(results):
    (row,) = [row for row in summary(results) if row["method"] == "learned, binary" and row["scans"] == "all"]
    assert row["kappa"] == 1.0
    assert row["mae_points"] > 1


def test_every_method_is_measured_on_the_same_scans_and_muscles(results):
    rows = [row for row in summary(results) if row["scans"] == "all"]
    assert {row["n_scans"] for row in rows} == {4}
    assert {row["n"] for row in rows} == {4 * 6}


def test_errors_are_given_by_muscle_and_absent_muscles_stay_empty(results):
    rows = {(row["method"], row["muscle"]): row for row in by_muscle(results)}
    assert rows["otsu", "PM"]["n"] == 8
    assert rows["otsu", "QL"]["n"] == 0
    assert rows["otsu", "QL"]["mae_points"] is None


def test_the_tables_can_be_written_as_json_and_as_text(results):
    rows = summary(results)
    assert json.loads(json.dumps(rows)) == rows
    text = markdown(by_muscle(results))
    assert text.startswith("| method | muscle | n |")
    assert "nan" not in text.lower().replace("known", "")


def test_error_is_found_minus_true():
    one = comparison.MuscleError("otsu", "T2", "streaks", 1, "MF_right", 20.0, 25.5)
    assert one.error == pytest.approx(5.5)
    assert np.isfinite(one.error)
