"""An output folder that changes only when everything in it is complete."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ParaspinalFatLib.errors import OutputError


@contextlib.contextmanager
def complete_folder(folder: Path, *, overwrite: bool) -> Iterator[Path]:
    """Give an empty folder to write to; move its files into ``folder`` when the block ends without an error.

    Args:
        folder: where the results shall be; it and its parents are made if absent.
        overwrite: whether a folder that already holds files may get new ones; files of other names stay.

    Raises:
        OutputError: ``folder`` is a file, holds files and ``overwrite`` is false, or cannot be written.
    """
    require_usable(folder, overwrite=overwrite)
    made = _made_parents(folder)
    try:
        staging = Path(tempfile.mkdtemp(prefix=".part-", dir=folder.parent))
    except OSError as error:
        raise _cannot_write(folder, error) from error
    try:
        yield staging
        _move(staging, folder)
        made.clear()
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        for parent in made:
            with contextlib.suppress(OSError):
                parent.rmdir()


def require_usable(folder: Path, *, overwrite: bool) -> None:
    """Raise OutputError now, before the long work, if results could not be put into ``folder``."""
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder} is a file. Give a folder for the results.")
    if folder.is_dir() and any(folder.iterdir()) and not overwrite:
        raise OutputError(f"{folder} already holds files. Give another folder, or add --overwrite to replace its results.")
    existing = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    try:
        with tempfile.TemporaryDirectory(prefix=".part-", dir=existing):
            pass
    except OSError as error:
        raise _cannot_write(folder, error) from error


def _made_parents(folder: Path) -> list[Path]:
    """Make the folders above ``folder``; returns those that are new, the deepest first."""
    absent = [parent for parent in folder.absolute().parents if not parent.exists()]
    try:
        folder.absolute().parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _cannot_write(folder, error) from error
    return absent


def _move(staging: Path, folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
        for file in sorted(staging.iterdir()):
            file.replace(folder / file.name)
    except OSError as error:
        raise _cannot_write(folder, error) from error


def _cannot_write(folder: Path, error: OSError) -> OutputError:
    return OutputError(f"Cannot write to {folder}: {error.strerror}. Choose a folder that can be written.")
