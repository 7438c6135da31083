"""Where the files that come with the program lie: weights, reference tables, the sample case."""

from __future__ import annotations

from pathlib import Path

from ParaspinalFatLib.errors import InputError, WeightsError

PACKAGE = Path(__file__).resolve().parent

OUTLINES_CARD = "paraspinal-axial"
"""The network that outlines the structures of axial images."""

FAT_CARD = "paraspinal-fat"
"""The network that predicts the fat fraction from a T1 or T2 image."""

LEVELS_CARD = "spine-levels"
"""The network that finds discs, bodies and the disc on the sacrum in a midline plane."""


def resource_folder() -> Path:
    """The folder ``Resources``: inside the package once installed (pip, Slicer), beside it in the source tree.

    Raises:
        InputError: neither exists, so the installation is incomplete.
    """
    places = (PACKAGE / "Resources", PACKAGE.parent / "Resources")
    for place in places:
        if place.is_dir():
            return place
    raise InputError(f"The program's Resources folder is missing from {PACKAGE}. Install ParaspinalFat again.")


def resource(*parts: str) -> Path:
    """Path of one file in the folder ``Resources``, whether it exists or not.

    >>> resource("Weights", "net.json").name
    'net.json'
    """
    return resource_folder().joinpath(*parts)


def weights_card_path(name: str | Path | None = None, bundled: str = OUTLINES_CARD) -> Path:
    """The card of a set of network weights.

    Args:
        name: a card's file name without ``.json``, a path of a card, or None for the weights that come with the program.
        bundled: which of those None stands for.

    Raises:
        WeightsError: no such card.
    """
    if name is not None and Path(name).suffix == ".json":
        return Path(name)
    wanted = bundled if name is None else str(name)
    known = sorted(card.stem for card in resource("Weights").glob("*.json"))
    if wanted in known:
        return resource("Weights", f"{wanted}.json")
    listed = f" Known are: {', '.join(known)}." if known else ""
    raise WeightsError(
        f"No network weights named {wanted} in {resource('Weights')}.{listed} "
        "Give the path of a weights card (.json), or install ParaspinalFat again."
    )
