"""Whether the files a case was made from are still the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ParaspinalFatLib.cohort.case_input import CaseInput
from ParaspinalFatLib.provenance import checksum, plain


def fingerprint(case: CaseInput) -> dict[str, dict[str, Any]]:
    """Digest, size and time of change of every input file; reads the files.

    Returns:
        Role, ``mask``, ``levels`` or ``sagittal`` to ``sha256``, ``bytes`` and ``changed_ns``; for a folder, of all its
        files. A file that is absent or may not be read has no entry.
    """
    found = {}
    for name, text in case.paths.items():
        try:
            found[name] = {**checksum(Path(text)), **size_and_time(Path(text))}
        except OSError:
            continue
    return found


def same_inputs(recorded: Mapping[str, Mapping[str, Any]], case: CaseInput) -> bool:
    """Whether the inputs of a case are those recorded, by :func:`fingerprint`, when it was run.

    A file of unchanged size and time of change is taken to be the same; any other is compared by its digest. A file that has
    been moved away since is no change.
    """
    if recorded.keys() - case.paths.keys():
        return False
    return all(_same(recorded.get(name), Path(text)) for name, text in case.paths.items())


def size_and_time(path: Path) -> dict[str, int]:
    """``bytes`` and ``changed_ns`` (time of the last change) of a file, or of all files of a folder."""
    files = [path] if path.is_file() else [file for file in path.iterdir() if file.is_file()]
    stats = [file.stat() for file in files]
    return {
        "bytes": sum(stat.st_size for stat in stats),
        "changed_ns": max((stat.st_mtime_ns for stat in stats), default=0),
    }


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of a mapping that JSON can hold, whatever the order of its keys.

    >>> digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1})
    True
    """
    return hashlib.sha256(json.dumps(plain(content), sort_keys=True).encode()).hexdigest()


def _same(recorded: Mapping[str, Any] | None, path: Path) -> bool:
    try:
        now = size_and_time(path)
        if recorded is None:
            return False
        if all(recorded.get(name) == value for name, value in now.items()):
            return True
        return now["bytes"] == recorded.get("bytes") and checksum(path)["sha256"] == recorded.get("sha256")
    except OSError:
        return not path.exists()
