"""What the network lacks is found without loading it, and installed by Slicer's own means when it is asked for."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import sys
from typing import Any

import pytest
import slicer
from host import pytorch_utils

from ParaspinalFatLib.errors import MissingPackageError
from ParaspinalFatLib.scene import packages


@pytest.fixture
def absent(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Names of packages that look as if they were not installed; those that are not named do."""
    names: set[str] = set()

    def find_spec(name: str, package: str | None = None) -> Any:
        assert package is None
        return None if name in names else importlib.machinery.ModuleSpec(name, None)

    monkeypatch.setattr(importlib.util, "find_spec", find_spec)
    return names


@pytest.fixture
def pip(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What pip was asked to install."""
    asked: list[str] = []
    monkeypatch.setattr(slicer.util, "pip_install", asked.append)
    return asked


def test_nothing_is_missing_or_installed_where_all_is_there(absent: set[str], pip: list[str]) -> None:
    assert absent == set()
    assert packages.missing_packages() == []
    assert packages.install_packages() == []
    assert pip == []


def test_torch_comes_from_the_extension_and_the_rest_from_pip(
    absent: set[str], pip: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    absent.update(("torch", "safetensors"))
    module, calls = pytorch_utils.module()
    monkeypatch.setitem(sys.modules, "PyTorchUtils", module)
    assert packages.missing_packages() == ["torch", "safetensors"]
    assert packages.install_packages() == ["torch", "safetensors"]
    assert calls == [{}], "nobody is asked again: the button was the question"
    assert pip == ["safetensors"]


def test_without_the_extension_it_is_said_how_to_get_it(absent: set[str], pip: list[str]) -> None:
    absent.update(("torch", "PyTorchUtils"))
    assert not packages.extension_present()
    with pytest.raises(MissingPackageError, match="Install the extension PyTorch with the Extensions Manager"):
        packages.install_packages()
    assert pip == []


@pytest.mark.parametrize("result", [None, RuntimeError("no space left")])
def test_a_failed_installation_is_one_sentence(
    absent: set[str], pip: list[str], monkeypatch: pytest.MonkeyPatch, result: Any
) -> None:
    absent.add("torch")
    module, _calls = pytorch_utils.module(result)
    monkeypatch.setitem(sys.modules, "PyTorchUtils", module)
    with pytest.raises(MissingPackageError, match="torch could not be installed"):
        packages.install_packages()
    assert pip == []
