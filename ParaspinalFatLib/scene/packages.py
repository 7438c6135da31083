"""Install, when the user asks for it, what the network's process lacks: torch by the PyTorch extension, the rest by pip."""

from __future__ import annotations

import importlib
import importlib.util

from ParaspinalFatLib.errors import MissingPackageError

EXTENSION_MODULE = "PyTorchUtils"
"""The PyTorch extension's module: it finds the build of torch that fits the graphics card's driver."""

NEEDED = ("torch", "safetensors")
"""What the network's process imports and Slicer's Python lacks."""

GET_EXTENSION = (
    "The network needs PyTorch. Install the extension PyTorch with the Extensions Manager, start Slicer again, and press "
    "Apply. Correcting and measuring work without it."
)
"""What to do where the extension is missing."""


def missing_packages() -> list[str]:
    """Which of the needed packages are not installed for this Python. None of them is imported."""
    importlib.invalidate_caches()
    return [name for name in NEEDED if importlib.util.find_spec(name) is None]


def extension_present() -> bool:
    """Whether the PyTorch extension is installed."""
    return importlib.util.find_spec(EXTENSION_MODULE) is not None


def install_packages() -> list[str]:
    """Install the missing packages, and return their names; takes minutes and needs the network.

    Raises:
        MissingPackageError: torch is missing, and so is the PyTorch extension; or the installation failed.
    """
    missing = missing_packages()
    if "torch" in missing and not extension_present():
        raise MissingPackageError(GET_EXTENSION)
    for name in missing:
        try:
            _install(name)
        except Exception as error:  # whatever pip and the extension raise
            reason = f"{name} could not be installed ({error}). Look into Slicer's log, and try again."
            raise MissingPackageError(reason) from error
    return missing


def _install(name: str) -> None:
    if name == "torch":
        utils = importlib.import_module(EXTENSION_MODULE)
        if utils.PyTorchUtilsLogic().installTorch(askConfirmation=False) is None:
            raise RuntimeError("the extension did not install it")
        return
    import slicer

    slicer.util.pip_install(name)
