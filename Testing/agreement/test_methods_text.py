"""The methods sentence says what was done, and only that."""

from ParaspinalFatLib import __version__
from ParaspinalFatLib.agreement.equivalence import Margin
from ParaspinalFatLib.agreement.methods_text import Done, methods_text


def test_numbers_are_described_with_margin_and_versions():
    text = methods_text(Done(("manual", "network"), Margin(5, percent=True), ("structure", "side")))
    assert text.startswith("Agreement of network with manual was analysed separately by structure, side.")
    assert "margin of +-5 % of the mean of the reference" in text
    assert f"ParaspinalFat {__version__}" in text
    assert "pingouin" in text
    assert "Dice" not in text
    assert "kappa" not in text
    assert "bootstrap" not in text


def test_masks_classes_and_repeated_persons_are_described_where_they_were():
    text = methods_text(Done(("a", "b"), None, masks=True, repeated=True, kappa=True))
    assert all(word in text for word in ("Dice", "HD95", "kappa", "cluster bootstrap"))
    assert "Passing-Bablok" not in text
