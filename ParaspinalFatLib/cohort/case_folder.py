"""A case's folder: there with all its files, or not there at all, whatever stops the program."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ParaspinalFatLib.errors import OutputError
from ParaspinalFatLib.files import ordinary_mode, written_whole
from ParaspinalFatLib.provenance import as_json

MARKER = "case.json"
"""Says that a case's folder is complete, and what it was made from."""

WORKPLACE = ".batch"
"""Folder, within the cohort's folder, of what is not a result: unfinished cases and notes of failed ones."""

UNFINISHED, FAILED = f"{WORKPLACE}/unfinished", f"{WORKPLACE}/failed"


@contextlib.contextmanager
def new_case_folder(output: Path, folder: str) -> Iterator[Path]:
    """Give an empty folder to write to; it becomes the case's folder, in one step, when the block ends without an error.

    Results that are there already go away just before. A kill at any moment leaves the old folder, none, or the new one, and
    perhaps something under ``UNFINISHED``, which :func:`sweep` removes.

    Raises:
        OutputError: the cohort's folder cannot be written, or a folder that is no result of a case is in its place.
    """
    place, unfinished = output / folder, output / UNFINISHED
    try:
        unfinished.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(dir=unfinished))
    except OSError as error:
        raise _not_writable(error) from error
    try:
        yield staging
        staging.chmod(ordinary_mode(0o777))
        _flush(staging)
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists():
            _require_result(place)
            place.rename(unfinished / f"old-{staging.name}")
        staging.rename(place)
    except OSError as error:
        raise _not_writable(error) from error
    finally:
        for rest in (staging, unfinished / f"old-{staging.name}"):
            shutil.rmtree(rest, ignore_errors=True)


def write_marker(folder: Path, content: Mapping[str, Any]) -> None:
    """Write the marker into a case's unfinished folder, as its last file."""
    with written_whole(folder / MARKER) as beside:
        beside.write_text(as_json(content), encoding="utf-8")


def read_marker(output: Path, folder: str) -> dict[str, Any] | None:
    """The marker of a finished case; None if the case is not finished."""
    return _read(output / folder / MARKER)


def note_failure(output: Path, folder: str, content: Mapping[str, Any]) -> None:
    """Keep why a case failed until it is tried again."""
    note = _note(output, folder)
    note.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(note) as beside:
        beside.write_text(as_json(content), encoding="utf-8")


def read_failure(output: Path, folder: str) -> dict[str, Any] | None:
    """What was noted when the case failed; None if it has not."""
    return _read(_note(output, folder))


def forget_failure(output: Path, folder: str) -> None:
    """Remove the note: the case has been done."""
    _note(output, folder).unlink(missing_ok=True)


def sweep(output: Path) -> None:
    """Remove what earlier runs that were killed have left."""
    shutil.rmtree(output / UNFINISHED, ignore_errors=True)
    for folder in (output, output / FAILED):
        for leftover in folder.glob(".part-*"):
            leftover.unlink(missing_ok=True)


def _note(output: Path, folder: str) -> Path:
    return output / FAILED / f"{folder.replace('/', '__')}.json"


def _read(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def _require_result(place: Path) -> None:
    """Raise OutputError where results would take the place of files that this program did not write."""
    if any(place.iterdir()) and not (place / MARKER).exists():
        raise OutputError(f"{place} holds files that are no results of a case. Give another folder for the cohort.")


def _flush(folder: Path) -> None:
    """Bring the files to the disk before their folder gets its name: a power cut must not leave empty ones in it."""
    for file in folder.iterdir():
        with file.open("rb") as opened:
            os.fsync(opened.fileno())


def _not_writable(error: OSError) -> OutputError:
    return OutputError(
        f"The results of a case cannot be written: {error.strerror}. Check that the cohort's folder can be written and the "
        "disk has space."
    )
