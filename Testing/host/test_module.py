"""The module file as Slicer sees it: what it declares, what it offers, its own test, and what it loads."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest

from host.desktop import Desktop, LoadedModule, desktop

MODULE = Path("ParaspinalFat", "ParaspinalFat.py")


@pytest.fixture
def host() -> Iterator[Desktop]:
    with desktop() as running:
        yield running
        assert running.errors == []


@pytest.fixture
def module(host: Desktop, repository: Path) -> LoadedModule:
    return host.load(repository / MODULE)


def test_the_four_classes_slicer_looks_for_are_there(module: LoadedModule) -> None:
    for suffix in ("", "Widget", "Logic", "Test"):
        assert hasattr(module.python, f"ParaspinalFat{suffix}")


def test_title_category_help_and_research_use_are_stated(module: LoadedModule) -> None:
    assert module.parent.title == "Paraspinal Fat"
    assert module.parent.categories == ["Quantification"]
    assert "research use only" in module.parent.helpText
    assert "research use only" in module.parent.acknowledgementText
    assert "Segmentations" in module.parent.dependencies


def test_sample_data_points_at_files_that_exist(host: Desktop, module: LoadedModule) -> None:
    assert module.parent.title
    host.app.complete_startup()
    (source,) = host.sample_data.sources
    assert source["nodeNames"] == ["SampleWater", "SampleFat"]
    assert all(Path(unquote(urlparse(uri).path)).is_file() for uri in source["uris"])
    assert Path(source["thumbnailFileName"]).is_file()


def test_the_modules_own_test_passes(module: LoadedModule) -> None:
    module.python.ParaspinalFatTest("runTest").runTest()


def test_every_parameter_of_the_ui_is_one_of_the_parameter_node(module: LoadedModule, repository: Path) -> None:
    ui = ElementTree.parse(repository / "ParaspinalFat/Resources/UI/ParaspinalFat.ui")
    wanted = {setting.findtext("string") for setting in ui.iter("property") if setting.get("name") == "SlicerParameterName"}
    assert wanted
    assert wanted <= set(module.python.ParaspinalFatParameterNode.__hints__)


def test_the_icon_is_where_slicer_looks_for_it(repository: Path) -> None:
    assert (repository / "ParaspinalFat/Resources/Icons/ParaspinalFat.png").is_file()


def test_opening_the_panel_loads_neither_torch_nor_what_slicer_lacks(repository: Path) -> None:
    code = f"""
import sys
sys.path[:0] = [{str(repository)!r}, {str(repository / "Testing")!r}]
from pathlib import Path
from host.desktop import desktop
with desktop() as running:
    before = set(sys.modules)
    module = running.load(Path({str(repository / MODULE)!r}))
    module.open()
    new = set(sys.modules) - before
    print([name for name in ("torch", "skimage", "matplotlib", "pandas", "tqdm", "SimpleITK") if name in new])
    module.close()
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
