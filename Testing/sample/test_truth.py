"""The truth table adds up what the fine samples say."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from ParaspinalFatLib.sample.protocol import Protocol, coil_sensitivity
from ParaspinalFatLib.sample.scan import SliceRecord
from ParaspinalFatLib.sample.truth import truth_rows, write_truth

PROTOCOL = Protocol(columns=2, rows=1, slices=2, pixel_mm=2.0, spacing_mm=5.0)
PSOAS_RIGHT, DISC = 5, 11


@pytest.fixture
def records() -> list[SliceRecord]:
    """Two slices of two voxels: psoas fills one and a quarter of a voxel, then one; disc a quarter of a voxel."""
    first = SliceRecord(
        0,
        water=np.float32([[0.9, 0.5]]),
        fat=np.float32([[0.1, 0.5]]),
        coverage={PSOAS_RIGHT: np.float32([[1.0, 0.25]]), DISC: np.float32([[0.0, 0.25]])},
        fat_field={PSOAS_RIGHT: 0.08, DISC: 0.0},
    )
    second = SliceRecord(
        1,
        water=np.float32([[0.7, 0.0]]),
        fat=np.float32([[0.3, 0.0]]),
        coverage={PSOAS_RIGHT: np.float32([[1.0, 0.0]])},
        fat_field={PSOAS_RIGHT: 0.3},
    )
    return [first, second]


def row(rows: list[dict[str, str]], **equals: str) -> dict[str, str]:
    (found,) = [each for each in rows if all(each.get(name, "") == value for name, value in equals.items())]
    return found


def test_partly_filled_voxels_count_in_part(records: list[SliceRecord]) -> None:
    rows = truth_rows(records, PROTOCOL)
    assert row(rows, structure="PM", region="slice", slice="0")["csa_mm2"] == "5.00"
    assert row(rows, structure="PM", region="whole")["volume_ml"] == f"{(5 + 4) * 5 / 1000:.3f}"


def test_the_mean_of_ratios_is_taken_over_the_label_map(records: list[SliceRecord]) -> None:
    rows = truth_rows(records, PROTOCOL)
    assert row(rows, structure="PM", region="slice", slice="0")["ff_mean_pct"] == "10.000"
    assert row(rows, structure="PM", region="whole")["ff_mean_pct"] == "20.000"


def test_the_ratio_of_sums_has_the_weight_of_the_coil(records: list[SliceRecord]) -> None:
    weights = [coil_sensitivity(PROTOCOL, k)[0, 0] for k in range(2)]
    expected = 100 * (0.1 * weights[0] + 0.3 * weights[1]) / sum(weights)
    found = row(truth_rows(records, PROTOCOL), structure="PM", region="whole")["ff_ratio_pct"]
    assert float(found) == pytest.approx(expected, abs=1e-3)


def test_the_mean_of_the_field_is_weighted_by_area(records: list[SliceRecord]) -> None:
    found = row(truth_rows(records, PROTOCOL), structure="PM", region="whole")["ff_field_pct"]
    assert float(found) == pytest.approx(100 * (5 * 0.08 + 4 * 0.3) / 9, abs=1e-3)


def test_only_muscles_have_a_fat_fraction(records: list[SliceRecord]) -> None:
    assert "ff_mean_pct" not in row(truth_rows(records, PROTOCOL), structure="IVD", region="whole")


def test_the_file_reads_back(records: list[SliceRecord], tmp_path: Path) -> None:
    rows = truth_rows(records, PROTOCOL)
    write_truth(rows, tmp_path / "truth.csv")
    with (tmp_path / "truth.csv").open(encoding="utf-8", newline="") as file:
        assert [{name: cell for name, cell in each.items() if cell} for each in csv.DictReader(file)] == rows
