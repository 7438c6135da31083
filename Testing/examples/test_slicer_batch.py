"""The batch script measures every case of a folder, goes on after one that fails, and says so by its exit status."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import SimpleITK as sitk

from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.reading import read_image
from ParaspinalFatLib.progress import Progress
from ParaspinalFatLib.scene.embedded import embedded_scene
from ParaspinalFatLib.scene.model_mask import is_model_mask


@pytest.fixture
def batch(repository: Path) -> ModuleType:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("slicer_batch", repository / "examples" / "slicer_batch.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def sample(repository: Path) -> Path:
    return repository / "Resources" / "SampleCase"


@pytest.fixture
def cases(sample: Path, tmp_path: Path) -> Path:
    """A Dixon case, a conventional image, and what is no case."""
    folder = tmp_path / "cases"
    (folder / "anna").mkdir(parents=True)
    for name in ("water", "fat"):
        shutil.copy(sample / f"{name}.nii.gz", folder / "anna")
    shutil.copy(sample / "fat.nii.gz", folder / "bert.nii.gz")
    (folder / "notes.txt").write_text("no image")
    return folder


@pytest.fixture
def network(sample: Path) -> object:
    """Gives the true outlines."""
    truth = read_image(sample / "labels.nii.gz").array.astype(np.uint8)

    def segment(image: Image, _progress: Progress) -> Image:
        return image.with_array(truth)

    return segment


def test_every_case_gets_its_folder_and_all_share_one_table(
    batch: ModuleType, cases: Path, tmp_path: Path, network: object
) -> None:
    output = tmp_path / "results"
    assert batch.main(["--input", str(cases), "--output", str(output)], network) == 0
    for name in ("anna", "bert"):
        assert {file.name for file in (output / name).iterdir()} == {"segmentation.seg.nrrd", "measurements.csv"}
    header, *rows = (output / "measurements.csv").read_text().splitlines()
    assert header.startswith("case,structure,side,region")
    assert {row.split(",")[0] for row in rows} == {"anna", "bert"}
    methods = {(row.split(",")[0], row.split(",")[header.split(",").index("fat_method")]) for row in rows}
    assert {("anna", "dixon"), ("bert", "otsu")} <= methods


def test_a_failing_case_is_named_and_the_others_are_done(
    batch: ModuleType, cases: Path, tmp_path: Path, network: object, capsys: pytest.CaptureFixture[str]
) -> None:
    (cases / "carl").mkdir()
    sitk.WriteImage(sitk.Image(4, 4, 4, sitk.sitkInt16) + 1, str(cases / "carl" / "anatomy.nrrd"))
    output = tmp_path / "results"

    assert batch.main(["--input", str(cases), "--output", str(output)], network) == 1
    told = capsys.readouterr().err
    assert told.startswith("carl: ")
    assert "every voxel has the value 1" in told
    assert sorted(place.name for place in output.iterdir()) == ["anna", "bert", "measurements.csv"]


def test_in_slicer_the_scene_that_is_there_serves_one_case_after_the_other(
    batch: ModuleType, cases: Path, tmp_path: Path, network: object
) -> None:
    with embedded_scene() as slicers:
        assert batch.main(["--input", str(cases), "--output", str(tmp_path / "results")], network) == 0
        nodes = slicers.scene.GetNodesByClass("vtkMRMLSegmentationNode")
        outlines = [nodes.GetItemAsObject(n) for n in range(nodes.GetNumberOfItems())]
        assert [is_model_mask(node) for node in outlines].count(False) == 1
        assert slicers.errors == []


@pytest.mark.parametrize(("make", "words"), [(False, "is no folder"), (True, "holds no case")])
def test_a_folder_without_cases_is_an_error(
    batch: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str], make: bool, words: str
) -> None:
    if make:
        (tmp_path / "cases").mkdir()
    assert batch.main(["--input", str(tmp_path / "cases"), "--output", str(tmp_path / "results")]) == 1
    assert words in capsys.readouterr().err


def test_wrong_arguments_end_with_status_2(repository: Path) -> None:
    script = repository / "examples" / "slicer_batch.py"
    assert subprocess.run([sys.executable, str(script)], cwd=repository, capture_output=True, check=False).returncode == 2
