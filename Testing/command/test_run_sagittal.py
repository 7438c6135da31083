"""``paraspinalfat run --sagittal`` on real files: names found in a sagittal series reach the table of the axial stack."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from command.command_line import Outcome, run_command
from torso import CARD, make_torso, trained_network, write_weights

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.case import MeasurementSettings
from ParaspinalFatLib.cohort.case_input import CaseInput
from ParaspinalFatLib.cohort.conditions import conditions_of
from ParaspinalFatLib.cohort.fingerprint import digest_of
from ParaspinalFatLib.cohort.job import Job
from ParaspinalFatLib.command.batch_case import run_case_of_batch
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.reading import read_image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.imaging.writing import write_image
from ParaspinalFatLib.measurement.spine_classes import SpineClass

SLICES, SLICE_MM = 40, 4.0
DISC_MM = (30.0, 65.0, 100.0, 135.0)
"""Heights of the drawn discs above the most caudal slice."""

SIDEWAYS_MM, FRONT_MM = -77.0, -52.0
"""Middle of the drawn spine: right and anterior."""

SACRUM_TO_L3 = ["L5/S1", "L4/5", "L3/4", "L2/3"]


def spine(image: Image, signal: np.ndarray) -> np.ndarray:
    """Draw bright discs and grey bodies between them into an image, wherever its grid lies."""
    k, j, i = np.indices(image.array.shape)
    r, a, s = np.moveaxis(image.world(np.stack([i, j, k], axis=-1)), -1, 0)
    column = np.hypot((r - SIDEWAYS_MM) / 22, (a - FRONT_MM) / 16) < 1
    disc = np.min([np.abs(s - height) for height in DISC_MM], axis=0) < 5
    drawn = np.where(column & (s > DISC_MM[0] - 5), 200, signal)
    return np.where(column & disc, 600, drawn).astype(np.int16)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """An axial stack, a sagittal series of the same drawing in the same frame, and weights of the tiny outline network."""
    folder = tmp_path_factory.mktemp("spine")
    stack = make_torso(slices=SLICES).image
    write_image(stack.with_array(spine(stack, stack.array)), folder / "axial.nii.gz")
    # Planes 4 mm apart from left to right; rows run down, columns to the back.
    affine = np.array([[0, 0, 4.0, SIDEWAYS_MM - 18], [-1.0, 0, 0, -2], [0, -1.0, 0, SLICES * SLICE_MM - 2], [0, 0, 0, 1]])
    noise = np.random.default_rng(2).normal(100, 5, (10, 158, 150))
    series = Image(noise, affine)
    write_image(series.with_array(spine(series, noise)), folder / "sagittal.nii.gz")
    return {
        "axial": folder / "axial.nii.gz",
        "sagittal": folder / "sagittal.nii.gz",
        "weights": write_weights(folder, CARD, trained_network()),
    }


def bright_is_disc(planes: np.ndarray) -> np.ndarray:
    """Stands in for the network, which knows real spines and not this drawing: reads the discs off the picture."""
    found = np.zeros((len(planes), 5, *planes.shape[1:]), np.float32)
    for classes, plane in zip(found, planes, strict=True):
        disc = plane > 450
        rows = disc.any(axis=1)
        beside = rows | np.roll(rows, 1) | np.roll(rows, -1)
        body = (plane > 150) & ~beside[:, None]
        first = np.flatnonzero(disc.any(axis=1))[:1]
        if first.size:
            height = np.arange(len(plane))[:, None] - first[0]
            classes[SpineClass.LOWEST_DISC][disc & (height < 10)] = 0.97
            classes[SpineClass.DISC][disc & (height >= 10)] = 0.97
            classes[SpineClass.LOWEST_BODY][body & (height > 0) & (height < 22)] = 0.97
            classes[SpineClass.BODY][body & (height >= 22)] = 0.97
        classes[SpineClass.BACKGROUND] = 1 - classes.sum(axis=0)
    return found


def run(files: dict[str, Path], output: Path, *further: object) -> Outcome:
    arguments = ["--input", files["axial"], "--sagittal", files["sagittal"], "--weights", files["weights"]]
    return run_command("run", *arguments, "--output", output, "--device", "cpu", "--threads", 1, "--quiet", *further)


def levels_of(folder: Path) -> dict[str, int]:
    """Name of each level to the slice it was measured on."""
    with (folder / "measurements.csv").open(encoding="utf-8", newline="") as file:
        return {row["level"]: int(row["slice"]) for row in csv.DictReader(file) if row["region"] == "level"}


def record_of(folder: Path) -> dict:
    return json.loads((folder / "provenance.json").read_text(encoding="utf-8"))


def test_names_of_the_sagittal_series_are_measured_in_the_axial_stack(files, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "ParaspinalFatLib.segmentation.levels_process.run_worker", lambda image, *_: (bright_is_disc(image.array), {})
    )
    outcome = run(files, tmp_path / "out")
    assert outcome.status == 0, outcome.complained
    found = levels_of(tmp_path / "out")
    assert list(found) == SACRUM_TO_L3
    assert [SLICE_MM * k for k in found.values()] == pytest.approx(DISC_MM, abs=SLICE_MM)
    record = record_of(tmp_path / "out")
    assert record["inputs"]["sagittal"]["name"] == "sagittal.nii.gz"
    told = {one["code"]: one["sentence"] for one in record["observations"]}
    assert "in the sagittal series" in told["levels_named_automatically"]
    assert {level["source"] for level in record["levels"]} == {"the sagittal series"}


def test_the_shipped_network_looks_at_the_sagittal_file_and_never_names_a_disc_wrongly(files, tmp_path):
    outcome = run(files, tmp_path / "out")
    assert outcome.status == 0, outcome.complained
    record = record_of(tmp_path / "out")
    assert record["level_network"]["planes"] > 1
    assert [one["code"] for one in record["observations"]].count("levels_not_named") == 1 or list(
        levels_of(tmp_path / "out")
    ) == SACRUM_TO_L3
    numbered = run(files, tmp_path / "numbered", "--number-levels")
    assert numbered.status == 0
    assert record_of(tmp_path / "numbered")["level_network"] is None


def test_a_real_sagittal_series_and_an_axial_stack_made_of_it(shared_data, tmp_path):
    """The outlines are a block beside the source's own disc labels: what is tried is the way of the names."""
    source = shared_data / "sagittal_vertebrae" / "ivd_11"
    if not source.is_dir():
        pytest.skip("needs sagittal_vertebrae/ivd_11")
    image, labels = (read_image(source / f"{name}.nii.gz") for name in ("image", "labels"))
    affine = image.affine @ np.diag([1.0, 1.0, SLICE_MM, 1.0])
    step = int(SLICE_MM)
    write_image(Image(np.ascontiguousarray(image.array[::step]), affine), tmp_path / "axial.nii.gz")
    mask = np.where(labels.array[::step] > 0, BY_IDENTIFIER["IVD"].value, 0).astype(np.uint8)
    mask[:, 20:50, 5:20] = BY_IDENTIFIER["ES_left"].value
    write_image(Image(mask, affine), tmp_path / "mask.nii.gz")
    write_image(image, tmp_path / "sagittal.nii.gz")
    paths = {name: str(tmp_path / f"{name}.nii.gz") for name in ("axial", "mask", "sagittal")}
    case = CaseInput("P", "P", "", "sub-P", {Role.ANATOMY: paths.pop("axial")}, **paths)
    digest = digest_of(conditions_of(MeasurementSettings(), name_levels=True))
    job = Job(case, str(tmp_path / "out"), MeasurementSettings(), digest, None, "cpu", 1, name_levels=True)
    assert run_case_of_batch(job).reason == ""
    record = record_of(tmp_path / "out" / "sub-P")
    codes = [one["code"] for one in record["observations"]]
    assert ("levels_named_automatically" in codes) != ("levels_not_named" in codes)
    if "levels_named_automatically" in codes:  # the source's five discs are L1/2 to L5/S1
        names = list(levels_of(tmp_path / "out" / "sub-P"))
        assert names == ["L5/S1", "L4/5", "L3/4", "L2/3", "L1/2"][: len(names)]
