"""The table of structures is consistent and invents no codes."""

from __future__ import annotations

from ParaspinalFatLib.anatomy import BY_VALUE, COMPOSITES, STRUCTURES, Side, mirrored


def test_values_identifiers_and_colours_are_each_used_once():
    for attribute in ("value", "identifier", "name", "colour"):
        found = [getattr(structure, attribute) for structure in STRUCTURES]
        assert len(set(found)) == len(found), attribute


def test_every_muscle_has_both_sides_and_mirroring_twice_leads_back():
    for structure in STRUCTURES:
        assert mirrored(mirrored(structure)) == structure
        assert structure.is_muscle == (structure.side is not Side.MIDLINE)
    assert mirrored(BY_VALUE[1]) == BY_VALUE[2]
    assert BY_VALUE[1].name == "right multifidus"


def test_only_the_verified_terminology_codes_are_used():
    codes = {structure.abbreviation: structure.code.value for structure in STRUCTURES if structure.code}
    assert codes == {
        "ES": "44947003",
        "IL": "57651003",
        "LO": "88340001",
        "IVD": "360499006",
        "canal": "61853006",
    }


def test_composites_are_made_of_known_muscles():
    known = {structure.abbreviation for structure in STRUCTURES} | set(COMPOSITES)
    assert all(part in known for parts in COMPOSITES.values() for part in parts)
