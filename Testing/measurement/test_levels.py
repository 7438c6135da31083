import math

import pytest
from phantoms import grid, rotation

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.measurement.grid import AxialGrid
from ParaspinalFatLib.measurement.levels import Level, nearest_slice, nearest_slices

# Slices of 4 mm at heights -14, -10, ... 14 mm.
STACK = AxialGrid.of(grid((8, 10, 10), (1.0, 1.0, 4.0)))


def at(height, name="L4/5"):
    return Level(name, (0.0, 0.0, height))


@pytest.mark.parametrize(("height", "k", "distance"), [(-14.0, 0, 0.0), (-11.0, 1, -1.0), (-9.0, 1, 1.0), (13.0, 7, -1.0)])
def test_a_level_between_slices_goes_to_the_nearest_with_its_distance(height, k, distance):
    found = nearest_slice(at(height), STACK)
    assert found.slice == k
    assert found.distance_mm == pytest.approx(distance)


def test_a_level_half_way_between_two_slices_goes_to_the_caudal_one():
    assert nearest_slice(at(-12.0), STACK).slice == 0
    assert nearest_slice(at(-12.0 + 1e-12), STACK).slice == 0


def test_a_level_up_to_half_a_slice_beyond_the_stack_is_still_in_its_last_slice():
    assert nearest_slice(at(15.9), STACK).slice == 7
    assert nearest_slice(at(-15.9), STACK).slice == 0


def test_a_level_outside_the_stack_has_no_slice_and_says_where_it_lies():
    above, below = nearest_slice(at(24.0), STACK), nearest_slice(at(-20.0), STACK)
    assert above.slice is None
    assert above.reason == "level lies 10.0 mm above the most cranial slice"
    assert below.reason == "level lies 6.0 mm below the most caudal slice"


def test_the_distance_is_measured_along_the_normal_of_oblique_slices():
    tilted = AxialGrid.of(grid((8, 10, 10), (1.0, 1.0, 4.0), rotation((1, 0, 0), 30)))
    found = nearest_slice(Level("L4/5", (0.0, 0.0, 4.0)), tilted)
    assert found.slice == 4
    assert found.distance_mm == pytest.approx(4.0 * math.cos(math.radians(30)) - 2.0)


@pytest.mark.parametrize(("height", "far"), [(-6.0, False), (-6.1, True), (5.9, False), (6.1, True), (10.0, True)])
def test_a_slice_more_than_half_a_disc_away_does_not_speak_for_the_level(height, far):
    gapped = AxialGrid.of(grid((3, 10, 10), (1.0, 1.0, 20.0)))
    assert nearest_slice(at(height), gapped).is_far is far


def test_a_level_outside_the_stack_has_no_slice_to_be_far_from():
    assert not nearest_slice(at(24.0), STACK).is_far


def test_levels_come_from_caudal_to_cranial_whatever_their_order():
    found = nearest_slices([at(10.0, "L2/3"), at(-10.0, "L4/5"), at(0.0, "L3/4")], STACK)
    assert [nearest.level.name for nearest in found] == ["L4/5", "L3/4", "L2/3"]


def test_two_levels_of_one_name_are_refused():
    with pytest.raises(InputError, match="named L4/5"):
        nearest_slices([at(0.0), at(4.0)], STACK)


def test_a_level_needs_a_name_and_a_finite_place():
    with pytest.raises(InputError, match="no name"):
        at(0.0, " ")
    with pytest.raises(InputError, match="not a finite point"):
        at(float("nan"))


def test_a_hostile_name_is_made_harmless():
    assert at(0.0, '=cmd|"x"\n').name == "'=cmd|'x'"


def test_a_known_name_is_brought_to_one_spelling_wherever_the_level_comes_from():
    assert at(0.0, "l5-s1").name == "L5/S1"
    assert at(0.0, "my level").name == "my level"
