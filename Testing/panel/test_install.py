"""The offer to install is made once a run has missed something, and installs only when it is accepted."""

from __future__ import annotations

from typing import Any

import pytest
from host.desktop import Desktop
from PySide6 import QtWidgets

from ParaspinalFatLib.errors import MissingPackageError
from ParaspinalFatLib.scene import packages


@pytest.fixture
def offer(host: Desktop, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An offer with a button, what it said, and what it installed."""
    from ParaspinalFatLib.panel.install import InstallOffer

    assert host.errors == []
    monkeypatch.setattr(packages, "missing_packages", lambda: ["torch", "safetensors"])
    monkeypatch.setattr(packages, "extension_present", lambda: True)
    button, said = QtWidgets.QPushButton(), list[str]()
    button.setVisible(False)
    return InstallOffer(button, said.append), button, said


def test_what_is_missing_is_offered(offer: Any) -> None:
    made, button, said = offer
    made.make()
    assert button.text() == "Install torch and safetensors"
    assert not button.isHidden()
    assert "Correcting and measuring work without it" in said[-1]
    made.withdraw()
    assert button.isHidden()


def test_without_the_extension_there_is_no_button_but_a_sentence(offer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made, button, said = offer
    monkeypatch.setattr(packages, "extension_present", lambda: False)
    made.make()
    assert button.isHidden()
    assert said == [packages.GET_EXTENSION]


def test_where_nothing_is_missing_here_nothing_is_offered(offer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made, button, said = offer
    monkeypatch.setattr(packages, "missing_packages", list)
    made.make()
    assert (button.isHidden(), said) == (True, [])


def test_the_button_installs_and_says_so(offer: Any, host: Desktop, monkeypatch: pytest.MonkeyPatch) -> None:
    made, button, said = offer
    monkeypatch.setattr(packages, "install_packages", lambda: ["torch"])
    made.make()
    button.click()
    assert not button.isEnabled()
    host.wait_until(button.isEnabled, seconds=5)
    assert said[-1] == "Installed: torch. Press Apply."
    assert button.isHidden()


def test_a_failed_installation_leaves_the_offer(offer: Any, host: Desktop, monkeypatch: pytest.MonkeyPatch) -> None:
    made, button, said = offer

    def fail() -> list[str]:
        raise MissingPackageError("torch could not be installed (no network).")

    monkeypatch.setattr(packages, "install_packages", fail)
    made.make()
    button.click()
    host.wait_until(button.isEnabled, seconds=5)
    assert said[-1] == "torch could not be installed (no network)."
    assert not button.isHidden()
