"""Packages that are absent are named together, and nothing is imported to find out."""

import sys

import pytest

from ParaspinalFatLib.errors import MissingPackageError
from ParaspinalFatLib.evaluation.needed_packages import BAR, NETWORK, PAGE, require_packages


def test_all_that_is_absent_is_named_in_one_sentence_with_the_extra_that_brings_it(monkeypatch):
    for module in ("jinja2", "torch"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingPackageError, match=r"needs Jinja2, torch, .*'paraspinalfat\[training\]'"):
        require_packages(PAGE, NETWORK)


def test_the_extra_brings_every_package(repository):
    named = (repository / "pyproject.toml").read_text(encoding="utf-8")
    extras = {line.split(" = ")[0]: line for line in named.splitlines() if " = [" in line}
    brought = "".join(extras[name] for name in ("training", "command", "statistics", "network", "report"))
    assert "paraspinalfat[command,statistics]" in extras["training"]
    assert "paraspinalfat[network,report]" in extras["command"]
    assert all(f'"{name}' in brought for group in (PAGE, NETWORK, BAR) for name in group.values())
