"""The embedded scene is a real one, comes up and goes again, and tells what MRML complains about."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import slicer
import vtk

from ParaspinalFatLib.errors import InputError, OutputError
from ParaspinalFatLib.scene.embedded import embedded_scene


def test_it_is_slicers_scene_while_open_and_gone_afterwards() -> None:
    with embedded_scene() as embedded:
        assert slicer.mrmlScene is embedded.scene
        assert embedded.scene.AddNewNodeByClass("vtkMRMLSegmentationNode").GetSegmentation().AddEmptySegment("a")
        assert embedded.errors == []
    assert not hasattr(slicer, "mrmlScene")


def test_within_slicer_the_scene_that_is_there_is_used_and_kept() -> None:
    with embedded_scene() as outer:
        outer.scene.AddNewNodeByClass("vtkMRMLTableNode", "kept")
        with embedded_scene() as inner:
            assert inner.scene is outer.scene
        assert slicer.mrmlScene is outer.scene
        assert outer.scene.GetFirstNodeByName("kept") is not None


def test_errors_of_mrml_are_collected() -> None:
    with embedded_scene() as embedded:
        vtk.vtkOutputWindow.GetInstance().InvokeEvent("ErrorEvent", "something\n failed")
        assert embedded.errors == ["something failed"]


def test_a_bundle_brings_the_nodes_back(tmp_path: Path) -> None:
    with embedded_scene() as embedded:
        embedded.scene.AddNewNodeByClass("vtkMRMLTableNode", "results")
        embedded.write_bundle(tmp_path / "case.mrb")
    with embedded_scene() as embedded:
        embedded.read_bundle(tmp_path / "case.mrb")
        assert embedded.scene.GetFirstNodeByName("results").IsA("vtkMRMLTableNode")
    assert [file.name for file in tmp_path.iterdir()] == ["case.mrb"]


def test_a_bundle_that_cannot_be_written_or_read_is_an_error(tmp_path: Path) -> None:
    with embedded_scene() as embedded:
        with pytest.raises(OutputError, match="could not be written"):
            embedded.write_bundle(tmp_path / "absent" / "case.mrb")
        (tmp_path / "broken.mrb").write_bytes(b"not a bundle")
        with pytest.raises(InputError, match=r"broken\.mrb could not be read"):
            embedded.read_bundle(tmp_path / "broken.mrb")


def test_neither_scene_nor_logic_loads_torch_or_packages_that_slicer_lacks(repository: Path) -> None:
    unwanted = ("torch", "skimage", "matplotlib", "pandas", "tqdm", "PySide6", "qt", "ctk")
    code = (
        "import sys; import ParaspinalFatLib.scene.logic, ParaspinalFatLib.scene.levels, ParaspinalFatLib.scene.embedded; "
        f"print([name for name in {unwanted} if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=repository, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
