from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phantoms import fat_map_of, lumbar_labels

from ParaspinalFatLib.errors import GeometryError, MeasurementError
from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.measurement.levels import Level
from ParaspinalFatLib.measurement.measure import measure_labels
from ParaspinalFatLib.measurement.observation import Observation
from ParaspinalFatLib.measurement.session import MeasuringSession

LABELS = lumbar_labels((12, 40, 70), (3.0, 3.0, 5.0))
FRACTION = np.random.default_rng(5).random(LABELS.array.shape).astype(np.float32)
FRACTION[FRACTION > 0.97] = np.nan
WATER = LABELS.with_array(np.random.default_rng(6).normal(300, 80, LABELS.array.shape))
IMAGES = {Role.WATER: WATER}
LEVELS = (Level("L5/S1", (0.0, 0.0, -20.0)), Level("L4/5", (0.0, 0.0, 8.0)), Level("L1/2", (0.0, 0.0, 80.0)))


def dixon(fraction=FRACTION):
    return fat_map_of(LABELS.with_array(fraction), WATER.array)


def edit(array, k, value, centre, radius):
    """Paint a label value (0 erases) into a disc of one slice."""
    j, i = np.ogrid[: array.shape[1], : array.shape[2]]
    array[k][(j - centre[0]) ** 2 + (i - centre[1]) ** 2 <= radius**2] = value


edits = st.tuples(
    st.integers(0, 11),
    st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 11, 12, 14, 16, 18, 99]),
    st.tuples(st.integers(0, 39), st.integers(0, 69)),
    st.integers(0, 9),
)


@settings(max_examples=25, deadline=None)
@given(sequence=st.lists(edits, min_size=1, max_size=5), with_levels=st.booleans())
def test_after_any_sequence_of_edits_the_table_is_that_of_measuring_from_scratch(sequence, with_levels):
    levels = LEVELS if with_levels else ()
    fat_map = dixon()
    session = MeasuringSession(IMAGES, LABELS, fat_map, levels)
    array = LABELS.array.copy()
    for step in sequence:
        edit(array, *step)
        updated = session.update(LABELS.with_array(array))
        fresh = measure_labels(IMAGES, LABELS.with_array(array), fat_map, levels)
        assert updated.table == fresh.table
        assert updated.observations == fresh.observations
        assert updated.levels == fresh.levels


def test_erasing_a_voxel_without_fat_fraction_lowers_the_count_of_these():
    for place in np.argwhere((LABELS.array == 6) & np.isnan(FRACTION))[::3]:
        edited = LABELS.array.copy()
        edited[tuple(place)] = 0
        updated = MeasuringSession(IMAGES, LABELS, dixon()).update(LABELS.with_array(edited))
        assert updated.table == measure_labels(IMAGES, LABELS.with_array(edited), dixon()).table


@settings(max_examples=10, deadline=None)
@given(threshold=st.floats(0.05, 0.95), erased=edits)
def test_after_a_new_fat_map_the_table_is_that_of_measuring_from_scratch(threshold, erased):
    session = MeasuringSession(IMAGES, LABELS, dixon())
    array = LABELS.array.copy()
    edit(array, erased[0], 0, *erased[2:])
    binary = LABELS.with_array((threshold < FRACTION).astype(np.float32))
    fat_map = FatMap(binary, "user_threshold", not_validated={"PM": "no published agreement"})
    assert (
        session.update(LABELS.with_array(array), fat_map).table
        == measure_labels(IMAGES, LABELS.with_array(array), fat_map).table
    )


def test_another_method_with_the_same_fractions_is_named_in_every_row():
    fat_map = dixon()
    session = MeasuringSession(IMAGES, LABELS, fat_map)
    renamed = replace(fat_map, method="fat_fraction_map", not_validated={"MF": "none published"})
    table = session.update(LABELS, renamed).table
    assert table == measure_labels(IMAGES, LABELS, renamed).table
    assert set(table.column("fat_method")) == {"fat_fraction_map", None}


def test_undoing_an_edit_gives_the_first_table_again():
    session = MeasuringSession(IMAGES, LABELS, dixon())
    first = session.measurement.table
    array = LABELS.array.copy()
    edit(array, 4, 5, (20, 35), 6)
    assert session.update(LABELS.with_array(array)).table != first
    assert session.update(LABELS).table == first


def test_a_table_handed_out_does_not_change_with_later_edits():
    session = MeasuringSession(IMAGES, LABELS, dixon())
    table = session.measurement.table
    before = [dict(row) for row in table]
    array = LABELS.array.copy()
    edit(array, 4, 0, (20, 35), 30)
    session.update(LABELS.with_array(array))
    assert [dict(row) for row in table] == before


def test_labels_changed_in_place_are_noticed():
    array = LABELS.array.copy()
    labels = LABELS.with_array(array)
    session = MeasuringSession(IMAGES, labels, dixon())
    first = session.measurement.table
    edit(array, 4, 0, (20, 35), 30)
    assert session.update(labels).table != first


def test_a_refused_edit_leaves_the_session_as_it_was():
    session = MeasuringSession(IMAGES, LABELS, dixon())
    before = session.measurement
    with pytest.raises(MeasurementError):
        session.update(LABELS.with_array(np.zeros_like(LABELS.array)))
    moved = LABELS.affine.copy()
    moved[0, 3] += 4
    with pytest.raises(GeometryError):
        session.update(Image(LABELS.array, moved))
    assert session.measurement is before
    assert session.update(LABELS).table == before.table


def test_observations_made_elsewhere_are_reported_and_flagged():
    seen = Observation("swap_suspected", "Fat and water look exchanged in the right psoas major.", ("PM_right",))
    session = MeasuringSession(IMAGES, LABELS, dixon(), observations=[seen])
    assert seen.sentence in session.measurement.remarks
    whole = session.measurement.table.select(structure="PM", region="whole")
    assert ["swap_suspected" in (row["flags"] or "") for row in whole] == [True, False, True]
    assert not session.update(LABELS, observations=[]).remarks or seen not in session.measurement.observations


def test_discs_edited_away_take_their_levels_with_them():
    session = MeasuringSession(IMAGES, LABELS, dixon())
    assert len(session.measurement.levels) == 1
    no_disc = LABELS.with_array(np.where(LABELS.array == 11, 0, LABELS.array).astype(np.uint8))
    assert session.update(no_disc).levels == ()
