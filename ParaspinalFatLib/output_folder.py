"""An output folder that changes only when everything in it is complete."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from ParaspinalFatLib.errors import OutputError
from ParaspinalFatLib.files import ordinary_mode

STAGING = ".part-"
"""How the names of unfinished folders begin."""


@contextlib.contextmanager
def complete_folder(folder: Path, *, overwrite: bool, replaced: Iterable[str] = ()) -> Iterator[Path]:
    """Give an empty folder to write to; its files become those of ``folder`` when the block ends without an error.

    Args:
        folder: where the results shall be; it and its parents are made if absent, a link is followed.
        overwrite: whether a folder that already holds files may get new ones; files of other names stay.
        replaced: names of earlier results that go away even if the block writes no new file of that name.

    Raises:
        OutputError: ``folder`` is a file, holds files and ``overwrite`` is false, or cannot be written.
    """
    require_usable(folder, overwrite=overwrite)
    with _reported(folder):
        folder = folder.resolve()
    existed = folder.exists()
    made = _made_parents(folder)
    with _reported(folder):
        staging = Path(tempfile.mkdtemp(prefix=STAGING, dir=folder if existed else folder.parent))
    try:
        yield staging
        with _reported(folder):
            if existed:
                _exchange(staging, folder, replaced)
            else:
                staging.chmod(ordinary_mode(0o777))
                staging.rename(folder)
        made.clear()
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        for parent in made:
            with contextlib.suppress(OSError):
                parent.rmdir()


def require_usable(folder: Path, *, overwrite: bool) -> None:
    """Raise OutputError now, before the long work, if results could not be put into ``folder``."""
    with _reported(folder):
        folder = folder.resolve()
        if folder.exists() and not folder.is_dir():
            raise OutputError(f"{folder} is a file. Give a folder for the results.")
        if folder.is_dir() and not overwrite and any(not file.name.startswith(STAGING) for file in folder.iterdir()):
            raise OutputError(
                f"{folder} already holds files. Give another folder, or ask for its results to be replaced "
                "(--overwrite on the command line)."
            )
        existing = next(place for place in (folder, *folder.parents) if place.exists())
        with tempfile.TemporaryDirectory(prefix=STAGING, dir=existing):
            pass


def _made_parents(folder: Path) -> list[Path]:
    """Make the folders above ``folder``; returns those that are new, the deepest first."""
    absent = [parent for parent in folder.parents if not parent.exists()]
    with _reported(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
    return absent


def _exchange(staging: Path, folder: Path, replaced: Iterable[str]) -> None:
    """Move the new files in and the old ones out; if that fails, every old file is back in its place."""
    new = sorted(staging.iterdir())
    names = {file.name for file in new} | set(replaced)
    for name in sorted(names):
        if (folder / name).is_dir():
            raise OutputError(f"{folder / name} is a folder in the place of a result. Move it away, or give another folder.")
    with tempfile.TemporaryDirectory(prefix=STAGING, dir=folder) as aside:
        old = [folder / name for name in sorted(names) if (folder / name).exists()]
        try:
            for file in old:
                file.rename(Path(aside) / file.name)
            for file in new:
                file.rename(folder / file.name)
        except BaseException:
            for file in new:
                (folder / file.name).unlink(missing_ok=True)
            for file in old:
                with contextlib.suppress(FileNotFoundError):
                    (Path(aside) / file.name).rename(file)
            raise


@contextlib.contextmanager
def _reported(folder: Path) -> Iterator[None]:
    """Turn the system's refusals into sentences."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"Cannot write to {folder}: {error.strerror}. Choose a folder that can be written.") from error
