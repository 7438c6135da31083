"""Every column of the page is explained on it."""

from ParaspinalFatLib.anatomy import STRUCTURES
from ParaspinalFatLib.evaluation.definitions import DEFINITIONS, abbreviations
from ParaspinalFatLib.evaluation.measure_tables import OUTLINE_MEASURES


def test_every_measure_of_outlines_is_defined():
    text = " ".join(DEFINITIONS).lower()
    assert all(name.lower() in text for name, _, _ in OUTLINE_MEASURES.values())


def test_it_is_said_what_n_counts():
    assert "only recall and AP are over all their slices together" in DEFINITIONS[0]
    assert "case counts in every split" in DEFINITIONS[0]


def test_it_is_said_which_images_have_no_fat_fraction_and_where_the_true_one_is_blurred():
    (text,) = [one for one in DEFINITIONS if one.startswith("FF error")]
    assert all(words in text for words in ("suppressed fat", "a map or a diffusion image", "blurred truth"))


def test_every_abbreviation_of_a_structure_is_spelled_out():
    text = abbreviations({one.abbreviation for one in STRUCTURES})
    assert all(f"{one.abbreviation}: {one.title}" in text for one in STRUCTURES if one.abbreviation.isupper())


def test_only_what_is_shown_is_spelled_out():
    assert abbreviations({"PM"}) == "PM: psoas major."


def test_nothing_to_spell_out_says_nothing():
    assert abbreviations({"sacrum"}) == ""
