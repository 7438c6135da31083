import numpy as np
import pytest
from phantoms import grid, orientations, rotation, stored_as, voxel_positions

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.axial import axial_view
from ParaspinalFatLib.measurement.grid import AxialGrid
from ParaspinalFatLib.measurement.level_detection import LevelSearch, detect_levels, levels_from_labels
from ParaspinalFatLib.measurement.levels import Level, LevelKind

IVD, VB = 11, 12
DISC_HEIGHTS = (-72.0, -36.0, 0.0, 36.0, 72.0)


def a_spine(disc_heights=DISC_HEIGHTS, turn=None, discs_tilted_by=0.0):
    """Discs 8 mm high and 40 mm wide at the given heights; between neighbours 36 mm apart a vertebral body of 28 mm."""
    image = grid((90, 50, 50), (1.0, 1.0, 2.0), turn)
    r, a, s = np.moveaxis(voxel_positions(image), -1, 0)
    inside = (r / 20) ** 2 + (a / 15) ** 2 <= 1
    array = np.zeros(image.array.shape, np.uint8)
    for height in disc_heights:
        array[inside & (np.abs(s - height - a * np.tan(np.radians(discs_tilted_by))) <= 4)] = IVD
        array[inside & (np.abs(s - height - 18) < 14) & (array == 0)] = VB
    return image.with_array(array)


def heights(found):
    return [level.position[2] for level in found.levels]


def test_every_disc_gives_its_middle_from_caudal_to_cranial():
    found = levels_from_labels(a_spine())
    assert heights(found) == pytest.approx(DISC_HEIGHTS, abs=0.5)
    assert all(level.kind is LevelKind.DISC for level in found.levels)


def test_without_being_told_discs_are_numbered_and_not_named():
    names = [level.name for level in levels_from_labels(a_spine()).levels]
    assert names == ["disc 1 (most caudal)", "disc 2", "disc 3", "disc 4", "disc 5"]


def test_names_are_counted_from_the_name_of_the_most_caudal_disc():
    names = [level.name for level in levels_from_labels(a_spine(), most_caudal="L5-S1").levels]
    assert names == ["L5/S1", "L4/5", "L3/4", "L2/3", "L1/2"]
    sixth = [level.name for level in levels_from_labels(a_spine(), most_caudal="L6/S1").levels]
    assert sixth == ["L6/S1", "L5/6", "L4/5", "L3/4", "L2/3"]


def test_names_are_not_counted_across_a_disc_that_is_missing():
    found = levels_from_labels(a_spine((-72.0, -36.0, 36.0, 72.0)), most_caudal="L5/S1")
    assert [level.name for level in found.levels] == ["L5/S1", "L4/5", "disc 3", "disc 4"]
    assert [seen.code for seen in found.observations] == ["level_gap"]


def test_two_discs_far_apart_are_not_taken_for_neighbours():
    found = levels_from_labels(a_spine((-36.0, 36.0)), most_caudal="L5/S1")
    assert [level.name for level in found.levels] == ["L5/S1", "disc 2"]


def test_tilted_discs_keep_their_middle():
    found = levels_from_labels(a_spine(discs_tilted_by=35.0))
    assert heights(found)[1:4] == pytest.approx(DISC_HEIGHTS[1:4], abs=0.5)


def test_the_same_spine_in_any_voxel_order_gives_the_same_levels():
    spine = a_spine((-36.0, 0.0), turn=rotation((1, 0.3, 0), 12))
    expected = levels_from_labels(spine).levels
    for permutation, flips in list(orientations())[::7]:
        found = levels_from_labels(stored_as(spine, permutation, flips)).levels
        assert [level.name for level in found] == [level.name for level in expected]
        assert np.allclose([level.position for level in found], [level.position for level in expected], atol=1e-9)


def test_a_disc_in_two_parts_is_one_level_and_crumbs_are_none():
    spine = a_spine((-36.0, 0.0, 36.0))
    array = spine.array.copy()
    array[:, :, 24:26] = 0
    array[60, 2, 2] = IVD
    assert heights(levels_from_labels(spine.with_array(array))) == pytest.approx([-36.0, 0.0, 36.0], abs=0.6)


def test_a_disc_cut_by_the_end_of_the_stack_is_reported():
    found = levels_from_labels(a_spine((-88.0, -52.0)))
    assert [seen.code for seen in found.observations] == ["level_cut"]
    assert "disc 1" in found.observations[0].sentence


def test_a_single_slice_through_a_disc_is_that_level():
    spine = a_spine((0.0,))
    affine = spine.affine.copy()
    affine[:3, 3] = spine.world((0, 0, 45))
    one = type(spine)(spine.array[45:46], affine)
    found = levels_from_labels(one)
    assert [level.name for level in found.levels] == ["disc 1 (most caudal)"]
    assert found.observations == ()


def test_vertebrae_give_their_mid_height_and_their_endplates():
    spine = a_spine((-36.0, 0.0))
    bodies = levels_from_labels(spine, LevelKind.VERTEBRA, "L4")
    assert [level.name for level in bodies.levels] == ["L4", "L3"]
    assert heights(bodies) == pytest.approx([-18.0, 18.0], abs=1.1)
    plates = levels_from_labels(spine, LevelKind.ENDPLATE, "L4")
    names = [level.name for level in plates.levels]
    assert names == ["L4 inferior endplate", "L4 superior endplate", "L3 inferior endplate", "L3 superior endplate"]
    assert heights(plates) == pytest.approx([-32.0, -4.0, 4.0, 32.0], abs=2.0)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (LevelKind.DISC, "banana"),
        (LevelKind.DISC, "L5"),
        (LevelKind.DISC, "L2/S2"),
        (LevelKind.VERTEBRA, "L5/S1"),
        (LevelKind.VERTEBRA, "S1"),
        (LevelKind.ENDPLATE, "L5 upper endplate"),
        (LevelKind.VERTEBRA, "L40"),
    ],
)
def test_a_search_for_what_cannot_be_counted_from_is_refused_before_anything_is_looked_for(kind, name):
    with pytest.raises(InputError, match=rf"{name} is not the name of a lumbar (disc|vertebra)\. Give one such as L5"):
        LevelSearch(kind, name)


@pytest.mark.parametrize("name", ["L5/S1", "l6-s1", "L4/S1", "L3-4", "T12/L1"])
def test_a_search_takes_discs_of_every_variant_in_any_spelling(name):
    assert LevelSearch(most_caudal=name).most_caudal == name


def test_a_wrong_name_is_refused_even_where_there_is_no_disc():
    spine = a_spine((0.0,))
    with pytest.raises(InputError, match="banana"):
        levels_from_labels(spine.with_array(np.zeros_like(spine.array)), most_caudal="banana")


def test_no_disc_gives_no_level():
    spine = a_spine((0.0,))
    assert levels_from_labels(spine.with_array(np.where(spine.array == IVD, 0, spine.array))).levels == ()


def test_a_name_of_the_wrong_kind_is_refused():
    with pytest.raises(InputError, match="not the name of a lumbar disc"):
        levels_from_labels(a_spine(), most_caudal="L5")
    with pytest.raises(InputError, match="not the name of a lumbar vertebra"):
        levels_from_labels(a_spine(), LevelKind.VERTEBRA, "L5/S1")


def at(name, height):
    return Level(name, (0.0, 0.0, height))


def named_by(places, disc_heights=DISC_HEIGHTS):
    spine = a_spine(disc_heights)
    view = axial_view(spine)
    found = detect_levels(view.image.array, AxialGrid.of(view.image), places=places)
    return [level.name for level in found.levels]


PLACES = (at("L5/S1", -70.0), at("L4/5", -38.0), at("L3/4", 1.0))


def test_discs_at_named_places_have_their_names_and_the_others_are_counted_upwards():
    assert named_by(PLACES) == ["L5/S1", "L4/5", "L3/4", "L2/3", "L1/2"]


def test_names_stay_where_they_are_when_the_lowest_disc_is_erased_or_one_is_drawn_below():
    assert named_by(PLACES, DISC_HEIGHTS[1:]) == ["L4/5", "L3/4", "L2/3", "L1/2"]
    assert named_by(PLACES[1:]) == ["L5/S1", "L4/5", "L3/4", "L2/3", "L1/2"]
    assert named_by(PLACES[2:]) == ["L5/S1", "L4/5", "L3/4", "L2/3", "L1/2"]


def test_a_disc_below_the_sacrum_s_and_discs_far_from_any_place_are_numbered():
    assert named_by((at("L5/S1", -38.0),)) == ["disc 1 (most caudal)", "L5/S1", "L4/5", "L3/4", "L2/3"]
    assert named_by((at("L5/S1", -88.0),)) == [f"disc {n}" if n > 1 else "disc 1 (most caudal)" for n in range(1, 6)]


def test_names_of_places_are_not_counted_across_a_gap():
    heights_with_gap = (-72.0, -36.0, 36.0, 72.0)
    assert named_by(PLACES[:1], heights_with_gap) == ["L5/S1", "L4/5", "disc 3", "disc 4"]
    assert named_by((at("L2/3", 36.0),), heights_with_gap) == ["disc 1 (most caudal)", "disc 2", "L2/3", "L1/2"]
    assert named_by((*PLACES, at("L2/3", 36.0)), heights_with_gap) == ["L5/S1", "L4/5", "L2/3", "L1/2"]
