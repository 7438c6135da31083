"""Files that appear whole or not at all: written beside their place, then renamed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ParaspinalFatLib.errors import OutputError


@contextlib.contextmanager
def written_whole(path: Path | str, *, private: bool = False) -> Iterator[Path]:
    """Give a path beside ``path`` to write to; rename it onto ``path`` when the block ends without an error.

    The temporary file keeps the name's endings, from which many writers choose the format. If the block fails the
    temporary file is removed and an existing ``path`` stays as it was.

    Args:
        path: the file.
        private: only its owner may read it.

    Raises:
        OutputError: the folder does not exist or cannot be written.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> with written_whole(folder / "table.csv") as beside:
    ...     _ = beside.write_text("a,b")
    >>> [file.name for file in folder.iterdir()]
    ['table.csv']
    """
    path = Path(path)
    try:
        handle, name = tempfile.mkstemp(prefix=".part-", suffix=f"-{path.name}", dir=path.parent)
    except OSError as error:
        reason = f"Cannot write {path}: {error.strerror}. Choose a folder that exists and can be written."
        raise OutputError(reason) from error
    os.close(handle)
    beside = Path(name)
    try:
        yield beside
        if not private:  # as ``mkstemp`` made it
            beside.chmod(ordinary_mode(0o666))
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def sha256_of(path: Path | str) -> str:
    """SHA-256 digest of a file's content, in hexadecimal."""
    digest = hashlib.sha256()
    with Path(path).open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def ordinary_mode(wanted: int) -> int:
    """The mode a new file (wanted: 0o666) or folder (0o777) gets here; ``tempfile`` makes its own for the owner only."""
    mask = os.umask(0)
    os.umask(mask)
    return wanted & ~mask
