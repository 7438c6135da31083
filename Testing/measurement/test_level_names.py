from itertools import islice

import pytest

from ParaspinalFatLib.measurement.level_names import LevelKind, discs_upwards, read_level_name, vertebrae_upwards


@pytest.mark.parametrize("text", ["L4/5", "L4-5", "L4-L5", "l4/l5", "L4 L5", "L4–L5", "L4_5", " L4 / L5 "])
def test_spellings_of_one_disc_are_one_name(text):
    assert read_level_name(text) == ("L4/5", LevelKind.DISC)


@pytest.mark.parametrize("text", ["L5/S1", "L5-S1", "L5S1", "l5 s1"])
def test_the_lumbosacral_disc_keeps_both_letters(text):
    assert read_level_name(text) == ("L5/S1", LevelKind.DISC)


def test_a_name_tells_vertebra_and_endplate():
    assert read_level_name("L4") == ("L4", LevelKind.VERTEBRA)
    assert read_level_name("L4 inferior") == ("L4 inferior endplate", LevelKind.ENDPLATE)
    assert read_level_name("L4 cranial endplate") == ("L4 superior endplate", LevelKind.ENDPLATE)


@pytest.mark.parametrize("text", ["F-1", "mid", "umbilicus", "disc 1 (most caudal)"])
def test_a_name_that_says_nothing_stays_as_it_is(text):
    assert read_level_name(text) == (text, None)


def test_discs_are_counted_upwards_into_the_thorax():
    assert list(islice(discs_upwards("L5-S1"), 7)) == ["L5/S1", "L4/5", "L3/4", "L2/3", "L1/2", "T12/L1", "T11/12"]


def test_six_and_four_lumbar_vertebrae_are_counted_from_the_name_given():
    assert list(islice(discs_upwards("L6/S1"), 3)) == ["L6/S1", "L5/6", "L4/5"]
    assert list(islice(discs_upwards("L4/S1"), 5)) == ["L4/S1", "L3/4", "L2/3", "L1/2", "T12/L1"]


def test_vertebrae_are_counted_upwards():
    assert list(islice(vertebrae_upwards("L2"), 3)) == ["L2", "L1", "T12"]


def test_a_vertebra_is_not_a_disc():
    with pytest.raises(ValueError, match="not the name of a disc"):
        next(discs_upwards("L5"))
