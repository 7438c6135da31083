"""Write CMake/LibraryFiles.cmake, the list of what Slicer installs, from what git knows: python CMake/list_files.py

CMake is given explicit lists, as Slicer's own modules do; a test fails when they no longer fit the tree.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
LIST = REPOSITORY / "CMake" / "LibraryFiles.cmake"
HEADING = "# Files of the library that are installed. Made by CMake/list_files.py: run it after adding or removing a file.\n"


def wanted() -> str:
    """The list's content for the present tree."""
    scripts = [file for file in known_to_git("ParaspinalFatLib") if file.endswith(".py")]
    return (
        HEADING
        + setting("PARASPINALFAT_LIBRARY_SCRIPTS", scripts)
        + setting("PARASPINALFAT_LIBRARY_RESOURCES", known_to_git("Resources"))
    )


def known_to_git(folder: str) -> list[str]:
    """Files under a folder that are committed or about to be, and exist."""
    result = subprocess.run(
        ["git", "ls-files", "--cached", folder], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    return sorted(file for file in result.stdout.splitlines() if (REPOSITORY / file).is_file())


def setting(name: str, files: list[str]) -> str:
    """A CMake list."""
    return "\n".join([f"\nset({name}", *(f"  {file}" for file in files), "  )\n"])


if __name__ == "__main__":
    LIST.write_text(wanted(), encoding="utf-8")
