"""Stand-in for the module ``PyTorchUtils`` of the PyTorch extension: its logic's interface, and what was asked of it."""

from __future__ import annotations

from types import ModuleType, SimpleNamespace
from typing import Any


class PyTorchUtilsLogic:
    """Installs nothing; notes what it should have installed.

    ``installed`` is what ``installTorch`` gives back: the module torch, None where the user declined, or an error to raise.
    """

    calls: list[dict[str, Any]]
    installed: Any

    @staticmethod
    def torchInstalled() -> bool:
        return False

    def installTorch(
        self,
        askConfirmation: bool = False,
        forceComputationBackend: str | None = None,
        torchVersionRequirement: str | None = None,
        torchvisionVersionRequirement: str | None = None,
    ) -> Any:
        self.calls.append({name: value for name, value in locals().items() if name != "self" and value})
        if isinstance(self.installed, Exception):
            raise self.installed
        return self.installed


TORCH = SimpleNamespace(__version__="2.9.1")
"""Stands for the module torch."""


def module(installed: Any = TORCH) -> tuple[ModuleType, list[dict[str, Any]]]:
    """The stand-in as a module, and the calls it notes."""
    logic = type("PyTorchUtilsLogic", (PyTorchUtilsLogic,), {"__slots__": (), "calls": [], "installed": installed})
    made = ModuleType("PyTorchUtils")
    made.PyTorchUtilsLogic = logic  # type: ignore[attr-defined]
    return made, logic.calls
