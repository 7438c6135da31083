"""The packages that an evaluation needs, looked for before anything is judged or trained."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping

from ParaspinalFatLib.errors import MissingPackageError

PAGE = {"jinja2": "Jinja2", "matplotlib": "matplotlib", "pingouin": "pingouin", "pandas": "pandas"}
"""Modules that tables, plots and page need, and what the package index calls them."""

NETWORK = {"torch": "torch", "safetensors": "safetensors"}
"""The same for a network that runs or is trained."""

BAR = {"tqdm": "tqdm"}
"""The same for the progress bar."""


def require_packages(*needed: Mapping[str, str]) -> None:
    """Raise MissingPackageError, naming all that are absent, unless every module can be found. None is imported.

    >>> require_packages({"json": "json"})
    """
    absent = [name for group in needed for module, name in group.items() if importlib.util.find_spec(module) is None]
    if absent:
        raise MissingPackageError(
            f"This evaluation needs {', '.join(absent)}, not installed here. Run: pip install 'paraspinalfat[training]'"
        )
