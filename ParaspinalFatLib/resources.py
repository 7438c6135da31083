"""Where the files that come with the program lie: weights, reference tables, the sample case."""

from __future__ import annotations

from pathlib import Path

from ParaspinalFatLib.errors import InputError, WeightsError

PACKAGE = Path(__file__).resolve().parent


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


def weights_card_path(name: str | Path | None = None) -> Path:
    """The card of a set of network weights.

    Args:
        name: a card's file name without ``.json``, a path of a card, or None for the weights that come with the program
            (of several, those whose name sorts last).

    Raises:
        WeightsError: no such card.
    """
    if name is not None and Path(name).suffix == ".json":
        return Path(name)
    cards = sorted(resource("Weights").glob("*.json"))
    for card in reversed(cards):
        if name is None or card.stem == str(name):
            return card
    wanted = "No network weights" if name is None else f"No network weights named {name}"
    known = f" Known are: {', '.join(card.stem for card in cards)}." if cards else ""
    raise WeightsError(
        f"{wanted} in {resource('Weights')}.{known} Give the path of a weights card (.json), or install ParaspinalFat again."
    )
