"""One case of a batch names its levels as ``run`` does, byte for byte, on network's outlines and on given ones."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command.command_line import run_command
from torso import CARD, make_torso, trained_network, write_weights

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.case import MeasurementSettings
from ParaspinalFatLib.cohort.case_input import CaseInput
from ParaspinalFatLib.cohort.conditions import conditions_of
from ParaspinalFatLib.cohort.fingerprint import digest_of
from ParaspinalFatLib.cohort.job import Job
from ParaspinalFatLib.command.batch_case import run_case_of_batch
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.imaging.writing import write_image
from ParaspinalFatLib.measurement.spine_classes import SpineClass
from ParaspinalFatLib.scene.level_record import names_in

SLICES = 30
DISC_ROWS = (10, 34, 58)
"""Rows of the midline plane, 1.5 mm each, in which the stand-in for the network sees three discs."""

DISC_MM = tuple(1.5 * (row + 2) for row in DISC_ROWS)
"""Middles of these discs above the most caudal slice."""


def three_discs(planes: np.ndarray, *_further: object, **_options: object) -> tuple[np.ndarray, dict[str, Any]]:
    """What the network would see in planes of any kind: three discs and the bodies between and above them."""
    found = np.zeros((len(planes), 5, *planes.shape[1:]), np.float32)
    for number, row in enumerate(DISC_ROWS):
        end = DISC_ROWS[number + 1] - 1 if number + 1 < len(DISC_ROWS) else planes.shape[1]
        found[:, SpineClass.LOWEST_BODY if number == 0 else SpineClass.BODY, row + 6 : end, 20:44] = 0.97
        found[:, SpineClass.LOWEST_DISC if number == 0 else SpineClass.DISC, row : row + 5, 20:44] = 0.97
    found[:, SpineClass.BACKGROUND] = 1 - found.sum(axis=1)
    return found, {"weights": {"name": "drawn"}}


@pytest.fixture
def sees_three_discs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways to the level network, that of a batch and that of ``run``, see three discs."""
    monkeypatch.setattr("ParaspinalFatLib.segmentation.levels_prediction.predict_levels", three_discs)
    monkeypatch.setattr(
        "ParaspinalFatLib.segmentation.levels_process.run_worker", lambda image, *_: three_discs(image.array)
    )


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Card of the tiny network."""
    return write_weights(tmp_path_factory.mktemp("weights"), CARD, trained_network())


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """An axial stack of 120 mm, a mask of it with two discs, and a sagittal series of the same place."""
    torso = make_torso(slices=SLICES)
    paths = {name: tmp_path / f"{name}.nii.gz" for name in ("axial", "mask", "sagittal", "elsewhere")}
    write_image(torso.image, paths["axial"])
    truth = torso.truth.copy()
    for height in DISC_MM[1:]:
        truth[round(height / 4), 60:75, 40:60] = BY_IDENTIFIER["IVD"].value
    write_image(torso.image.with_array(truth), paths["mask"])
    planes = np.random.default_rng(0).integers(0, 100, (80, 100, 5)).astype(np.int16)
    affine = np.array([[-4.0, 0, 0, -60], [0, -1.5, 0, 0], [0, 0, 1.5, 0], [0, 0, 0, 1]])
    write_image(Image(planes, affine), paths["sagittal"])
    affine[2, 3] = 600
    write_image(Image(planes, affine), paths["elsewhere"])
    return paths


def outcome_of(files: dict[str, Path], weights: Path, output: Path, *, name_levels: bool = True, **given: Path) -> str:
    """Run one case as a worker of a batch does; returns why it failed."""
    paths = {name: str(path) for name, path in given.items()}
    case = CaseInput("P", "P", "", "sub-P", {Role.ANATOMY: str(files["axial"])}, **paths)
    settings = MeasurementSettings()
    digest = digest_of(conditions_of(settings, weights, name_levels=name_levels))
    job = Job(case, str(output), settings, digest, str(weights), "cpu", 1, name_levels=name_levels)
    return run_case_of_batch(job).reason


def levels_in(folder: Path) -> list[str]:
    with (folder / "measurements.csv").open(encoding="utf-8", newline="") as file:
        return list(dict.fromkeys(row["level"] for row in csv.DictReader(file) if row["region"] == "level"))


def codes_in(folder: Path) -> list[str]:
    return [one["code"] for one in json.loads((folder / "provenance.json").read_text())["observations"]]


@pytest.mark.usefixtures("sees_three_discs")
@pytest.mark.parametrize("sagittal", [False, True])
def test_named_levels_are_those_of_run_to_the_last_byte(files, weights, tmp_path, sagittal):
    given = {"sagittal": files["sagittal"]} if sagittal else {}
    assert outcome_of(files, weights, tmp_path / "cohort", **given) == ""
    further = ["--sagittal", files["sagittal"]] if sagittal else []
    arguments = ["--input", files["axial"], "--weights", weights, "--output", tmp_path / "one", "--device", "cpu", "--quiet"]
    outcome = run_command("run", *arguments, *further, "--threads", 1)
    assert outcome.status == 0, outcome.complained
    ours, runs = tmp_path / "cohort" / "sub-P", tmp_path / "one"
    for name in ("measurements.csv", "segmentation.seg.nrrd", "overlay.png"):
        assert (ours / name).read_bytes() == (runs / name).read_bytes(), name
    assert levels_in(ours) == ["L5/S1", "L4/5", "L3/4"]
    assert "levels_named_automatically" in codes_in(ours)
    records = [json.loads((folder / "provenance.json").read_text()) for folder in (ours, runs)]
    for name in ("inputs", "levels", "observations", "level_network"):
        assert records[0][name] == records[1][name], name


@pytest.mark.usefixtures("sees_three_discs")
def test_given_outlines_are_named_as_well_and_numbers_are_kept_on_request(files, weights, tmp_path):
    assert outcome_of(files, weights, tmp_path / "named", mask=files["mask"]) == ""
    assert levels_in(tmp_path / "named" / "sub-P") == ["L4/5", "L3/4"]
    reopened = names_in(tmp_path / "named" / "sub-P")
    assert [place.name for place in reopened.places] == ["L4/5", "L3/4"]
    assert not reopened.by_reader
    assert outcome_of(files, weights, tmp_path / "numbered", mask=files["mask"], name_levels=False) == ""
    assert levels_in(tmp_path / "numbered" / "sub-P") == ["disc 1 (most caudal)", "disc 2"]
    assert not [code for code in codes_in(tmp_path / "numbered" / "sub-P") if code.startswith("levels")]


@pytest.mark.usefixtures("sees_three_discs")
def test_the_sagittal_series_is_an_input_of_the_case_and_one_of_another_place_is_its_failure(files, weights, tmp_path):
    assert outcome_of(files, weights, tmp_path / "good", sagittal=files["sagittal"]) == ""
    marker = json.loads((tmp_path / "good" / "sub-P" / "case.json").read_text())
    assert set(marker["inputs"]) == {"anatomy", "sagittal"}
    assert "levels_named_automatically" in marker["protocol"]["observations"]
    assert "same place" in outcome_of(files, weights, tmp_path / "bad", sagittal=files["elsewhere"])
    assert not (tmp_path / "bad" / "sub-P").exists()


def test_levels_that_cannot_be_told_are_numbered_with_the_reason(files, weights, tmp_path):
    assert outcome_of(files, weights, tmp_path) == ""  # by the real network: a torso without bones
    assert "levels_not_named" in codes_in(tmp_path / "sub-P")
