"""Texts are translated by Slicer's own function, which finds its context by the caller; elsewhere they stay as they are."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from types import ModuleType

import pytest

from ParaspinalFatLib.scene import translation


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    importlib.reload(translation)


def reloaded() -> ModuleType:
    return importlib.reload(translation)


def test_slicers_own_function_is_passed_on_not_wrapped(monkeypatch: pytest.MonkeyPatch) -> None:
    i18n = ModuleType("slicer.i18n")
    i18n.tr = str.upper  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "slicer.i18n", i18n)
    assert reloaded().tr is str.upper


def test_without_slicer_a_text_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "slicer.i18n", None)
    assert reloaded().tr("Apply") == "Apply"
