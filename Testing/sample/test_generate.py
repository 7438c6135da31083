"""The shipped sample case is what the generator makes, and its files agree with its truth."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from ParaspinalFatLib.anatomy import STRUCTURES
from ParaspinalFatLib.case import MeasurementSettings, measure
from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.imaging.grids import require_same_grid
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.reading import read_image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.sample.generate import dixon_images, generate
from ParaspinalFatLib.sample.protocol import Protocol
from ParaspinalFatLib.sample.scan import record

SOME_SLICES = (1, 11, 20)

ROUNDED_OTHERWISE = 1e-4
"""Share of voxels that may differ by one: processors differ in the last bit of a sine, which can turn a rounding."""

NOISE_BIAS_PERCENT = 0.5
"""Fat-fraction points by which noise may move the mean over a slice's muscle (about 0.1 expected: Rician noise lifts the
little fat signal of lean muscle)."""


@pytest.fixture(scope="module")
def folder(repository: Path) -> Path:
    return repository / "Resources" / "SampleCase"


@pytest.fixture(scope="module")
def images(folder: Path) -> dict[str, Image]:
    """Water, fat and labels in axial order."""
    return {name: axial_view(read_image(folder / f"{name}.nii.gz")).image for name in ("water", "fat", "labels")}


@pytest.fixture(scope="module")
def truth(folder: Path) -> list[dict[str, str]]:
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_slices_made_again_are_those_in_the_files(images: dict[str, Image]) -> None:
    records = list(record(Protocol(), slices=SOME_SLICES))
    water, fat = dixon_images(records, Protocol())
    labels = np.stack([each.labels for each in records])
    for name, made in (("water", water), ("fat", fat), ("labels", labels)):
        difference = np.abs(made.astype(int) - images[name].array[list(SOME_SLICES)])
        assert np.mean(difference > 0) <= ROUNDED_OTHERWISE
        assert name == "labels" or difference.max() <= 1


def test_the_three_images_lie_on_one_grid(images: dict[str, Image]) -> None:
    require_same_grid(images["water"], images["fat"], "water", "fat")
    require_same_grid(images["water"], images["labels"], "water", "labels")


def test_counting_labelled_voxels_gives_the_true_size(images: dict[str, Image], truth: list[dict[str, str]]) -> None:
    labels = images["labels"]
    for structure in STRUCTURES:
        rows = [row for row in truth if (row["structure"], row["side"]) == (structure.abbreviation, structure.side.value)]
        for row in rows:
            counted = np.count_nonzero(labels.array == structure.value) * labels.voxel_volume_mm3 / 1000
            if row["region"] == "whole" and structure.is_muscle:
                assert counted == pytest.approx(float(row["volume_ml"]), rel=0.01)
            if row["region"] == "slice" and structure.is_muscle and float(row["csa_mm2"]) > 200:
                area = np.count_nonzero(labels.array[int(row["slice"])] == structure.value) * 1.25**2
                assert area == pytest.approx(float(row["csa_mm2"]), rel=0.05)


def test_the_images_have_the_true_fat_fractions(images: dict[str, Image], truth: list[dict[str, str]]) -> None:
    water, fat, labels = (images[name].array.astype(float) for name in ("water", "fat", "labels"))
    values = {(each.abbreviation, each.side.value): each.value for each in STRUCTURES}
    for row in (row for row in truth if row["region"] == "whole" and row["ff_mean_pct"]):
        inside = labels == values[row["structure"], row["side"]]
        ratio = fat[inside] / (fat + water)[inside]
        assert 100 * ratio.mean() == pytest.approx(float(row["ff_mean_pct"]), abs=NOISE_BIAS_PERCENT)
        sums = 100 * fat[inside].sum() / (fat + water)[inside].sum()
        assert sums == pytest.approx(float(row["ff_ratio_pct"]), abs=NOISE_BIAS_PERCENT)


def test_measuring_the_true_outlines_gives_the_truth(folder: Path, truth: list[dict[str, str]]) -> None:
    water, fat, labels = (read_image(folder / f"{name}.nii.gz") for name in ("water", "fat", "labels"))
    table = measure({Role.WATER: water, Role.FAT: fat}, labels, MeasurementSettings()).table
    for row in (row for row in truth if row["region"] == "whole" and row["ff_mean_pct"]):
        measured = table.one(structure=row["structure"], side=row["side"], region="whole")
        assert measured["volume_ml"] == pytest.approx(float(row["volume_ml"]), rel=0.01)
        assert measured["ff_mean_pct"] == pytest.approx(float(row["ff_mean_pct"]), abs=NOISE_BIAS_PERCENT)
        assert measured["ff_ratio_pct"] == pytest.approx(float(row["ff_ratio_pct"]), abs=NOISE_BIAS_PERCENT)


def test_each_named_level_lies_in_a_disc(folder: Path, images: dict[str, Image]) -> None:
    disc = next(structure.value for structure in STRUCTURES if structure.abbreviation == "IVD")
    labels = images["labels"]
    with (folder / "levels.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["level"] for row in rows] == ["L5/S1", "L4/5", "L3/4", "L2/3"]
    for row in rows:
        position = [float(row[name]) for name in ("right_mm", "anterior_mm", "superior_mm")]
        i, j, k = np.rint(np.linalg.solve(labels.affine, [*position, 1])[:3]).astype(int)
        assert labels.array[k, j, i] == disc


def test_a_whole_case_is_written_as_files(tmp_path: Path) -> None:
    small = Protocol(columns=72, rows=46, slices=2, pixel_mm=5.0, left_mm=-177.5, back_mm=-126.0)
    generate(tmp_path, small)
    names = {"water.nii.gz", "fat.nii.gz", "labels.nii.gz", "truth.csv", "levels.csv"}
    assert {file.name for file in tmp_path.iterdir()} == names
    assert read_image(tmp_path / "water.nii.gz").array.shape == (2, 46, 72)


def test_the_shipped_files_stay_small(folder: Path) -> None:
    assert sum(file.stat().st_size for file in folder.iterdir()) < 2_000_000
