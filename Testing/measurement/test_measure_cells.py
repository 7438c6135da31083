"""Every cell: what is empty and why, in which order rows come, and the same in every voxel order."""

from __future__ import annotations

import numpy as np
from measurement.measuring import a_case_with_discs, assert_same_table, measured, without
from phantoms import lumbar_labels, orientations, rotation, stored_as

from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.measurement.dictionary import COLUMNS
from ParaspinalFatLib.measurement.levels import Level


def test_every_empty_cell_that_applies_has_its_reason(two_multifidi):
    labels = a_case_with_discs()
    fraction = labels.with_array(np.where(labels.array == 7, np.nan, 0.2))
    tables = [
        measured(labels, fraction, levels=[Level("L4/5", (0, 0, 0)), Level("L1/2", (0, 0, 500.0))]),
        measured(two_multifidi, images={Role.ANATOMY: two_multifidi.with_array(np.zeros(two_multifidi.array.shape))}),
        measured(without(labels, slice(0, 9), 1)),
    ]
    for row in (row for table in tables for row in table):
        if row["voxels"] is None:
            assert row["reason"]
            continue
        is_muscle = row["fat_method"] is not None
        for column in COLUMNS:
            if row[column.name] is None and column.applies_to(row["region"], row["side"], is_muscle):
                assert column.name in row["reason"] or f"{column.topic}:" in row["reason"], (column.name, row)


def test_cells_that_do_not_apply_are_empty():
    for row in measured(a_case_with_discs()):
        for column in COLUMNS:
            if not column.applies_to(row["region"], row["side"], row["fat_method"] is not None):
                assert row[column.name] is None, (column.name, row)


def test_rows_come_whole_first_then_levels_then_slices_each_in_the_order_of_structures():
    table = measured(a_case_with_discs())
    regions = table.column("region")
    assert regions == sorted(regions, key=["whole", "level", "slice"].index)
    keys = [tuple(row[name] for name in ("structure", "side", "region", "level", "slice")) for row in table]
    assert len(set(keys)) == len(keys)
    slices = table.select(region="slice", structure="MF", side="right").column("slice")
    assert slices == sorted(slices)


def test_the_same_anatomy_gives_the_same_table_in_every_voxel_order():
    labels = lumbar_labels((6, 70, 150), (1.4, 1.2, 8.0))
    turned = Image(labels.array, np.vstack([rotation((1, 0.4, 0.2), 17) @ labels.affine[:3], [0, 0, 0, 1]]))
    random = np.random.default_rng(4)
    fraction = turned.with_array(random.random(labels.array.shape).astype(np.float32))
    water = turned.with_array(random.integers(0, 900, labels.array.shape).astype(np.int16))
    levels = [Level("L4/5", turned.world((70.0, 30.0, 2.4)))]
    expected = measured(turned, fraction, {Role.WATER: water}, levels)
    for permutation, flips in orientations():
        again = [stored_as(image, permutation, flips) for image in (turned, fraction, water)]
        assert_same_table(measured(again[0], again[1], {Role.WATER: again[2]}, levels), expected)
