"""Published and own references beside the numbers."""

from __future__ import annotations

import numpy as np
from measurement.measuring import measured
from phantoms import fat_map_of

from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.measurement.levels import Level
from ParaspinalFatLib.measurement.measure import measure_labels
from ParaspinalFatLib.measurement.references import Person, Reference


def test_references_are_shown_where_they_match_and_a_reason_where_not(two_multifidi):
    array = np.where(two_multifidi.array > 0, two_multifidi.array + 4, 0).astype(np.uint8)
    psoas = Image(np.repeat(array, 4, axis=0), two_multifidi.affine)
    table = measured(psoas)
    both, right = (table.one(side=side, region="whole") for side in ("both", "right"))
    assert "173 healthy adults" in both["reference_source"]
    assert "above the 75th percentile" in both["reference_position"]
    assert both["reference_position"].endswith("if the person's age is 20 to 70 years")
    assert right["reference_source"] is None
    assert "both sides together" in right["reason"]


def test_a_short_stack_or_a_few_slices_far_apart_are_not_a_whole_muscle(two_multifidi):
    psoas = np.where(two_multifidi.array > 0, two_multifidi.array + 4, 0).astype(np.uint8)
    gapped = Image(psoas, two_multifidi.affine @ np.diag([1.0, 1.0, 10.0, 1.0]))
    one_side_short = np.repeat(psoas, 4, axis=0)
    one_side_short[20:][one_side_short[20:] == 6] = 0
    for labels in (Image(psoas, two_multifidi.affine), gapped, Image(one_side_short, two_multifidi.affine)):
        row = measured(labels).one(side="both", region="whole")
        assert row["reference_source"] is None
        assert "at least 120 mm of the muscle" in row["reason"]


def test_sex_is_asked_for_where_a_reference_needs_it(two_multifidi):
    levels = [Level("L4/5", (0.0, 0.0, 0.0))]
    unknown = measured(two_multifidi, levels=levels).one(side="right", region="level")
    assert "men" in unknown["reason"]
    known = measured(two_multifidi, levels=levels, person=Person("male", 50)).one(side="right", region="level")
    assert "Niemeläinen 2011" in known["reference_source"]
    assert known["reference_position"] == "csa_mm2 below the range of means (730 to 1110)"


def test_own_references_come_before_the_published_ones(two_multifidi):
    own = Reference(
        "Our volunteers", "50 persons", "ff_mean_pct", "MF", ("both",), ("whole",), ("dixon",), None, (None, None),
        "median_iqr", (10.0, 8.0, 12.0),
    )  # fmt: skip
    fat_map = fat_map_of(two_multifidi.with_array(np.full(two_multifidi.array.shape, 0.2)))
    table = measure_labels({}, two_multifidi, fat_map, references=[own]).table
    row = table.one(side="both", region="whole")
    assert row["reference_source"] == "Our volunteers: 50 persons"
    assert "above the 75th percentile" in row["reference_position"]
