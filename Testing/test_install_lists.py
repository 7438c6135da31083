"""What CMake installs is what the tree holds, and lands where Slicer's Python finds it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

MODULES = Path("lib", "Slicer-5.10", "qt-scripted-modules")


def git(repository: Path, *arguments: str) -> list[str]:
    if shutil.which("git") is None or not (repository / ".git").exists():
        pytest.skip("needs a git checkout")
    result = subprocess.run(["git", *arguments], cwd=repository, capture_output=True, text=True, check=True)
    return result.stdout.splitlines()


def listed(file: Path, name: str) -> set[str]:
    """The entries of a list in a CMake file."""
    found = re.search(rf"set\({name}\s([^)]*)\)", file.read_text(encoding="utf-8"))
    assert found is not None, f"{name} is missing from {file}"
    return set(found[1].split())


def test_every_library_file_and_resource_is_listed(repository: Path) -> None:
    lists = repository / "CMake" / "LibraryFiles.cmake"
    for name, folder, ending in (
        ("PARASPINALFAT_LIBRARY_SCRIPTS", "ParaspinalFatLib", ".py"),
        ("PARASPINALFAT_LIBRARY_RESOURCES", "Resources", ""),
    ):
        tree = {file for file in git(repository, "ls-files", folder) if file.endswith(ending)}
        present = {file for file in tree if (repository / file).is_file()}
        entries = listed(lists, name)
        assert entries == present, (
            f"{name} does not fit the tree: add {sorted(present - entries)}, remove {sorted(entries - present)}; "
            "run: python CMake/list_files.py"
        )


def test_every_file_of_the_module_is_listed(repository: Path) -> None:
    cmake = repository / "ParaspinalFat" / "CMakeLists.txt"
    entries = listed(cmake, "MODULE_PYTHON_SCRIPTS") | listed(cmake, "MODULE_PYTHON_RESOURCES")
    named = {f"ParaspinalFat/{entry.replace('${MODULE_NAME}', 'ParaspinalFat')}" for entry in entries}
    not_for_users = {"ParaspinalFat/CMakeLists.txt", "ParaspinalFat/Resources/Icons/draw_icons.py"}
    assert named == set(git(repository, "ls-files", "ParaspinalFat")) - not_for_users


def test_no_installed_file_is_empty_by_mistake(repository: Path) -> None:
    for file in git(repository, "ls-files", "ParaspinalFatLib", "Resources", "ParaspinalFat"):
        path = repository / file
        assert not path.is_file() or path.stat().st_size > 0, f"{file} is empty"


@pytest.fixture(scope="module")
def installed(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripted-modules folder of a package made with stand-ins for Slicer's CMake macros."""
    if any(shutil.which(tool) is None for tool in ("cmake", "cc", "make")):
        pytest.skip("needs cmake and a compiler")
    build, package = tmp_path_factory.mktemp("build"), tmp_path_factory.mktemp("package")
    fake = repository / "Testing" / "fake_slicer"
    for command in (
        ["cmake", "-S", str(repository), "-B", str(build), f"-DSlicer_DIR={fake}", "-DBUILD_TESTING=ON"],
        ["cmake", "--install", str(build), "--prefix", str(package)],
    ):
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stdout + result.stderr
    return package / MODULES


def test_the_package_holds_module_library_and_resources(repository: Path, installed: Path) -> None:
    expected = {"ParaspinalFat.py", "Resources/UI/ParaspinalFat.ui", "Resources/Icons/ParaspinalFat.png"}
    assert all((installed / file).is_file() for file in expected)
    lists = repository / "CMake" / "LibraryFiles.cmake"
    for file in listed(lists, "PARASPINALFAT_LIBRARY_SCRIPTS"):
        assert (installed / file).is_file()
    for file in listed(lists, "PARASPINALFAT_LIBRARY_RESOURCES"):
        assert (installed / "ParaspinalFatLib" / file).is_file()


def test_the_packaged_library_imports_and_finds_its_resources(repository: Path, installed: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    script = repository / "Testing" / "slicer_imports.py"
    copied = Path(shutil.copy(script, tmp_path))
    result = subprocess.run(
        [sys.executable, str(copied)], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert str(installed) in result.stdout
