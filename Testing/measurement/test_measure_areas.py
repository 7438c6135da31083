"""Areas of closed-form bodies, as they lie in the slices and across the muscle."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measurement.measuring import UP, measured
from phantoms import EllipticCylinder, StackedEllipses, counting_bound, grid, labelled, rotation

in_plane = st.floats(0.4, 1.5)


@settings(max_examples=40, deadline=None)
@given(
    tilt=st.floats(0, 35),
    towards=st.floats(0, 360),
    semi_axes=st.tuples(st.floats(6, 20), st.floats(6, 20)),
    pixel=in_plane,
    anisotropy=st.floats(0.75, 1.33),
    thickness=st.floats(1, 10),
    turned=st.floats(0, 30),
    offset=st.floats(-1, 1),
)
def test_the_area_of_a_tilted_cylinder_lies_within_the_counting_bound(
    tilt, towards, semi_axes, pixel, anisotropy, thickness, turned, offset
):
    axis = rotation((math.cos(towards), math.sin(towards), 0), tilt) @ UP
    body = EllipticCylinder((offset, -offset, offset), tuple(axis), semi_axes)
    turn = rotation((1, 0.5, 0), turned)
    normal = turn @ UP
    spacing = (pixel, pixel * anisotropy, thickness)
    cosine = abs(float(axis @ normal))
    if cosine < 0.5:
        return
    reach = 2 * (max(semi_axes) / cosine + 2 * thickness * math.tan(math.acos(cosine)) + 3)
    image = grid((4, math.ceil(reach / spacing[1]), math.ceil(reach / spacing[0])), spacing, turn)
    expected = body.area_in_plane(normal)
    longest = (max(semi_axes) / cosine, min(semi_axes))
    bound = counting_bound(longest, spacing[:2])
    for row in measured(labelled(image, {1: body})).select(region="slice"):
        assert abs(row["csa_mm2"] - expected) <= bound


@settings(max_examples=25, deadline=None)
@given(tilt=st.floats(0, 40), towards=st.floats(0, 360), turned=st.floats(-20, 20))
def test_the_corrected_area_of_oblique_slices_is_the_area_across_the_muscle(tilt, towards, turned):
    axis = rotation((math.cos(towards), math.sin(towards), 0), tilt) @ UP
    body = EllipticCylinder((0, 0, 0), tuple(axis), (14.0, 11.0))
    image = grid((9, 140, 140), (0.6, 0.6, 4.0), rotation((1, 0, 0), turned))
    cosine = abs(float(axis @ rotation((1, 0, 0), turned) @ UP))
    if cosine < math.cos(math.radians(45)):
        return
    rows = measured(labelled(image, {1: body})).select(region="slice")
    bound = counting_bound((14.0 / cosine, 11.0), (0.6, 0.6)) * cosine
    for row in rows:
        assert abs(row["csa_perp_mm2"] - body.perpendicular_area) <= bound + 0.005 * body.perpendicular_area
        assert row["obliquity_deg"] == pytest.approx(math.degrees(math.acos(cosine)), abs=0.6)
        assert row["csa_mm2"] >= row["csa_perp_mm2"]


def test_a_tapering_muscle_has_the_area_of_each_of_its_slices():
    def semi_axes(z):
        return 12 + 0.1 * z, 9 + 0.075 * z

    body = StackedEllipses(lambda z: (0 * z, 0 * z), semi_axes)
    image = grid((20, 110, 110), (0.5, 0.5, 4.0))
    for row in measured(labelled(image, {1: body})).select(region="slice"):
        a, b = semi_axes(row["slice_position_mm"])
        assert abs(row["csa_mm2"] - math.pi * a * b) <= counting_bound((a, b), (0.5, 0.5))
        assert row["csa_perp_mm2"] == pytest.approx(row["csa_mm2"], rel=1e-3)


def test_a_curved_muscle_is_corrected_by_its_local_direction():
    body = StackedEllipses(lambda z: (0 * z, z**2 / 300), lambda z: (0 * z + 14, 0 * z + 11))
    image = grid((25, 150, 120), (0.5, 0.5, 4.0), centre=(0.0, 8.0, 0.0))
    for row in measured(labelled(image, {1: body})).select(region="slice"):
        slope = 2 * row["slice_position_mm"] / 300
        expected = math.pi * 14 * 11 / math.sqrt(1 + slope**2)
        assert row["csa_perp_mm2"] == pytest.approx(expected, rel=0.012)


def test_too_few_slices_leave_the_corrected_area_empty_with_a_reason():
    image = grid((2, 40, 40), (1.0, 1.0, 4.0))
    row = measured(labelled(image, {1: EllipticCylinder((0, 0, 0), UP, (10, 8))})).select(region="slice").rows[0]
    assert row["csa_perp_mm2"] is None
    assert "csa_perp_mm2" in row["reason"]
