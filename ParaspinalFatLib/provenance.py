"""provenance.json: what a reader needs to repeat or doubt a result."""

from __future__ import annotations

import datetime
import hashlib
import importlib.metadata
import json
import math
import platform
from collections.abc import Mapping
from pathlib import Path

from ParaspinalFatLib import __version__
from ParaspinalFatLib.files import sha256_of

PACKAGES = (
    "numpy", "scipy", "SimpleITK", "vtk", "slicer-core", "torch", "safetensors", "scikit-image", "matplotlib", "pingouin",
    "statsmodels",
)  # fmt: skip


def provenance(inputs: Mapping[str, Path], parameters: Mapping[str, object], **results: object) -> dict[str, object]:
    """Collect versions, checksums of the inputs and parameters beside what the run itself reports in ``results``.

    Args:
        inputs: role to file or DICOM folder. Only names are recorded, not folders above them, which may name a patient.
        parameters: the options of the run.
        results: further entries, JSON-able (network, fat, voxels left out ...).
    """
    return {
        "program": {"name": "ParaspinalFat", "version": __version__},
        "notice": "Research use only. Not a medical device.",
        "created": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "inputs": {role: {"name": path.name, **checksum(path)} for role, path in inputs.items()},
        "parameters": dict(parameters),
        **results,
        "versions": {"python": platform.python_version(), "system": platform.platform(), **_versions()},
    }


def checksum(path: Path) -> dict[str, object]:
    """SHA-256 of a file; of a folder, that of the sorted digests of its files, and their number."""
    if path.is_file():
        return {"sha256": sha256_of(path)}
    digests = sorted(sha256_of(file) for file in path.iterdir() if file.is_file())
    return {"sha256": hashlib.sha256("\n".join(digests).encode()).hexdigest(), "files": len(digests)}


def as_json(content: Mapping[str, object]) -> str:
    """Readable JSON; numbers from numpy become plain, what is not finite becomes null."""
    return json.dumps(plain(content), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def plain(value: object) -> object:
    """A value as JSON can hold it: mappings, lists, numbers and text; what is not finite is None."""
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _versions() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found
