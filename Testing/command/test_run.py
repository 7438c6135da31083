"""``paraspinalfat run`` on real files: what it writes, and that nothing is written when something is wrong."""

from __future__ import annotations

import csv
import json
import shutil
import zipfile
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest
import SimpleITK as sitk
from command.command_line import run_command

from ParaspinalFatLib.files import sha256_of
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.reading import read_image
from ParaspinalFatLib.imaging.writing import write_image
from ParaspinalFatLib.resources import weights_card_path


def rows_of(folder: Path) -> list[dict[str, str]]:
    with (folder / "measurements.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_all_results_are_in_the_folder_and_nothing_else(sample_results):
    folder, summary = sample_results
    expected = [
        "case.mrb",
        "measurements.csv",
        "measurements_columns.csv",
        "overlay.png",
        "provenance.json",
        "segmentation.seg.nrrd",
    ]
    assert sorted(file.name for file in folder.iterdir()) == expected
    assert summary["files"] == expected


def test_the_segmentation_lies_on_the_grid_of_the_input(sample_results, sample_case):
    labels = sitk.ReadImage(str(sample_results[0] / "segmentation.seg.nrrd"))
    water = sitk.ReadImage(str(sample_case / "water.nii.gz"))
    assert labels.GetSize() == water.GetSize()
    corner = [size - 1 for size in water.GetSize()]
    for index in ([0, 0, 0], corner):
        np.testing.assert_allclose(
            labels.TransformIndexToPhysicalPoint(index), water.TransformIndexToPhysicalPoint(index), atol=1e-3
        )
    names = {labels.GetMetaData(key) for key in labels.GetMetaDataKeys() if key.endswith("_Name")}
    assert {"right multifidus", "left multifidus", "right iliocostalis", "left longissimus"} <= names


def test_the_table_agrees_with_the_voxels_of_the_segmentation_file(sample_results):
    folder, _ = sample_results
    labels = sitk.ReadImage(str(folder / "segmentation.seg.nrrd"))
    keys = {labels.GetMetaData(key): key[: -len("_Name")] for key in labels.GetMetaDataKeys() if key.endswith("_Name")}
    value = int(labels.GetMetaData(keys["left multifidus"] + "_LabelValue"))
    voxels = np.count_nonzero(sitk.GetArrayFromImage(labels) == value)
    row = next(row for row in rows_of(folder) if (row["structure"], row["side"], row["region"]) == ("MF", "left", "whole"))
    assert int(row["voxels"]) == voxels
    assert float(row["volume_ml"]) == pytest.approx(voxels * np.prod(labels.GetSpacing()) / 1000, rel=1e-6)


def test_provenance_names_inputs_weights_versions_and_what_was_left_out(sample_results, sample_case):
    record = json.loads((sample_results[0] / "provenance.json").read_text())
    assert record["inputs"]["water"] == {"name": "water.nii.gz", "sha256": sha256_of(sample_case / "water.nii.gz")}
    assert len(record["network"]["weights"]["sha256"]) == 64
    assert record["fat"]["method"] == "dixon"
    assert "Research use only" in record["notice"]
    assert {"torch", "SimpleITK", "slicer-core", "python"} <= set(record["versions"])
    assert "voxels" in record["voxels_left_out"]


def test_what_the_weights_withhold_is_not_in_the_table_but_in_the_remarks(tmp_path):
    source = weights_card_path()
    card = json.loads(source.read_text()) | {"withheld": {"IC_right": "a reason", "IC_left": "a reason"}}
    shutil.copy(source.with_suffix(".safetensors"), tmp_path)
    (tmp_path / source.name).write_text(json.dumps(card))
    folder = tmp_path / "results"
    weights = tmp_path / source.name
    outcome = run_command("sample", "--output", folder, "--json", "--quiet", "--threads", 1, "--weights", weights)
    summary = json.loads(outcome.printed)
    assert "IC" not in {row["structure"] for row in rows_of(folder)}
    assert any("Not outlined by these weights: right iliacus" in remark for remark in summary["observations"])


def test_the_picture_and_the_scene_can_be_opened(sample_results):
    folder, _ = sample_results
    picture = matplotlib.image.imread(folder / "overlay.png")
    assert picture.shape[0] > 500
    assert picture.shape[1] > 500
    with zipfile.ZipFile(folder / "case.mrb") as bundle:
        assert bundle.testzip() is None
        endings = {"".join(Path(name).suffixes[-2:]) for name in bundle.namelist()}
    assert ".seg.nrrd" in endings


def test_the_same_anatomy_in_another_voxel_order_gives_the_same_table(sample_results, sample_case, tmp_path):
    for name in ("water", "fat"):
        image = read_image(sample_case / f"{name}.nii.gz")
        array = np.flip(image.array.transpose(2, 0, 1), axis=(0, 2))
        affine = image.affine.copy()
        affine[:3, :3] = image.affine[:3, [1, 2, 0]] * (-1, 1, -1)
        j, i = image.array.shape[1] - 1, image.array.shape[2] - 1
        affine[:3, 3] = image.world([i, j, 0])
        write_image(Image(np.ascontiguousarray(array), affine), tmp_path / f"{name}.nrrd")
    arguments = ["--water", tmp_path / "water.nrrd", "--fat", tmp_path / "fat.nrrd", "--levels", sample_case / "levels.csv"]
    outcome = run_command("run", *arguments, "--output", tmp_path / "out", "--quiet", "--threads", 1)
    assert outcome.status == 0, outcome.complained
    reordered, original = rows_of(tmp_path / "out"), rows_of(sample_results[0])
    assert len(reordered) == len(original)
    for one, other in zip(reordered, original, strict=True):
        for name, cell in one.items():
            if cell and cell.lstrip("-").replace(".", "").isdigit():
                assert float(cell) == pytest.approx(float(other[name]), rel=1e-5, abs=1e-4), name
            else:
                assert cell == other[name], name


def test_one_conventional_slice_is_measured_by_threshold(sample_case, tmp_path):
    water = read_image(sample_case / "water.nii.gz")
    fat = read_image(sample_case / "fat.nii.gz")
    single = Image((0.5 * water.array + fat.array)[9:10].astype(np.float32), water.affine)
    write_image(single, tmp_path / "t1.nii.gz")
    outcome = run_command("run", "--input", tmp_path / "t1.nii.gz", "--output", tmp_path / "out", "--quiet", "--threads", 1)
    assert outcome.status == 0, outcome.complained
    rows = [row for row in rows_of(tmp_path / "out") if row["region"] == "slice" and row["structure"] == "ES"]
    assert {row["slice"] for row in rows} == {"0"}
    assert {row["fat_method"] for row in rows} == {"otsu"}
    assert all(float(row["csa_mm2"]) > 500 for row in rows if row["side"] in ("right", "left"))


@pytest.fixture
def bad_files(tmp_path, sample_case) -> dict[str, Path]:
    """One file of every kind that cannot be used."""
    water = read_image(sample_case / "water.nii.gz")
    files = {name: tmp_path / f"{name}.nii.gz" for name in ("constant", "nan", "shifted", "sagittal", "truncated")}
    write_image(water.with_array(np.zeros_like(water.array)), files["constant"])
    with_nan = water.array.astype(np.float32)
    with_nan[3, 3, 3] = np.nan
    write_image(water.with_array(with_nan), files["nan"])
    affine = water.affine.copy()
    affine[2, 3] += 5.0
    write_image(Image(water.array, affine), files["shifted"])
    turned = np.array([[0, 0, 1, 0], [0, 1, 0, 0], [-1, 0, 0, 0], [0, 0, 0, 1.0]])
    write_image(Image(water.array, turned @ water.affine), files["sagittal"])
    content = (sample_case / "water.nii.gz").read_bytes()
    files["truncated"].write_bytes(content[: len(content) // 2])
    files["missing"] = tmp_path / "missing.nii.gz"
    files["picture"] = tmp_path / "picture.png"
    sitk.WriteImage(sitk.GetImageFromArray(np.arange(64, dtype=np.uint8).reshape(8, 8)), str(files["picture"]))
    return files


@pytest.mark.parametrize(
    ("name", "status", "sentence"),
    [
        ("missing", 3, "does not exist"),
        ("truncated", 3, "truncated"),
        ("constant", 3, "every voxel has the value 0"),
        ("nan", 3, "not finite"),
        ("picture", 3, "none of NIfTI"),
        ("sagittal", 4, "degrees"),
    ],
)
def test_a_bad_image_ends_with_one_sentence_and_writes_nothing(bad_files, tmp_path, name, status, sentence):
    before = sorted(tmp_path.rglob("*"))
    outcome = run_command("run", "--input", bad_files[name], "--output", tmp_path / "new" / "out", "--quiet")
    assert outcome.status == status
    assert sentence in outcome.complained
    assert "Traceback" not in outcome.complained
    assert sorted(tmp_path.rglob("*")) == before


def test_water_and_fat_of_different_places_are_refused_with_the_difference(bad_files, sample_case, tmp_path):
    pair = ["--water", sample_case / "water.nii.gz", "--fat", bad_files["shifted"]]
    outcome = run_command("run", *pair, "--output", tmp_path / "out", "--quiet")
    assert outcome.status == 4
    assert "displaced by up to 5.00 mm" in outcome.complained
    assert not (tmp_path / "out").exists()


def test_an_image_without_muscles_is_refused_and_nothing_is_written(tmp_path):
    noise = np.random.default_rng(0).normal(100, 10, (3, 64, 64)).astype(np.float32)
    write_image(Image(noise, np.diag([-1.0, -1.0, 5.0, 1.0])), tmp_path / "noise.nii.gz")
    outcome = run_command(
        "run", "--input", tmp_path / "noise.nii.gz", "--output", tmp_path / "out", "--quiet", "--threads", 1
    )
    assert outcome.status == 5
    assert "No muscle" in outcome.complained
    assert not (tmp_path / "out").exists()


def test_results_are_not_overwritten_unasked(sample_results, sample_case):
    folder, _ = sample_results
    before = sha256_of(folder / "measurements.csv")
    outcome = run_command("run", "--water", sample_case / "water.nii.gz", "--output", folder, "--quiet")
    assert outcome.status == 7
    assert "--overwrite" in outcome.complained
    assert sha256_of(folder / "measurements.csv") == before


def test_altered_weights_are_refused(sample_case, tmp_path):
    from ParaspinalFatLib.resources import weights_card_path

    card = weights_card_path()
    for file in card.parent.glob(f"{card.stem}.*"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    weights = next(tmp_path.glob("*.safetensors"))
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(bytes(content))
    arguments = ["--input", sample_case / "water.nii.gz", "--weights", tmp_path / card.name, "--quiet"]
    outcome = run_command("run", *arguments, "--output", tmp_path / "out")
    assert outcome.status == 6
    assert not (tmp_path / "out").exists()


def test_a_run_without_any_image_says_which_to_give(tmp_path):
    outcome = run_command("run", "--output", tmp_path / "out", "--quiet")
    assert outcome.status == 3
    assert "--water and --fat" in outcome.complained
