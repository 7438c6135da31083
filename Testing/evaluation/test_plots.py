"""Bland-Altman plots of slices: their pairs and limits."""

import io
import math

import numpy as np
import pytest
from evaluation.drawn_truth import slice_figures

from ParaspinalFatLib.agreement.bland_altman import bland_altman
from ParaspinalFatLib.evaluation.plots import area_panels, fat_panels, pictures_of


def test_bias_and_limits_are_mean_and_1_96_standard_deviations_of_the_differences():
    slices = [
        slice_figures(case=f"case{n}", truth_mm2=1000.0 + n, prediction_mm2=1010.0 + n + d) for n, d in enumerate((-3, 0, 3))
    ]
    (panel,) = area_panels(slices)
    found = bland_altman(panel.pairs)
    assert found.bias.value == pytest.approx(10.0)
    assert found.lower.value == pytest.approx(10.0 - 1.959964 * 3.0, abs=1e-4)
    assert found.upper.value == pytest.approx(10.0 + 1.959964 * 3.0, abs=1e-4)


def test_both_sides_of_a_structure_share_a_panel_and_panels_have_the_pages_order():
    slices = [
        slice_figures(k=k, structure=structure, side=side)
        for structure in ("PM", "IVD", "MF") for side in ("right", "left") for k in range(3)
    ]  # fmt: skip
    panels = area_panels(slices)
    assert [panel.title.split(",")[0] for panel in panels] == ["MF", "PM", "IVD"]
    assert [panel.pairs.n for panel in panels] == [6, 6, 6]


def test_slices_of_one_person_are_said_to_be_of_one_person():
    (panel,) = area_panels([slice_figures(k=k) for k in range(3)])
    assert panel.pairs.repeated


def test_two_slices_are_too_few_to_be_drawn():
    assert area_panels([slice_figures(k=k) for k in range(2)]) == []


def test_fat_is_plotted_of_muscles_and_where_there_is_a_fraction():
    slices = [slice_figures(k=k, truth_ff_pct=10.0 + k, prediction_ff_pct=12.0 + k) for k in range(3)]
    slices += [slice_figures(k=3, prediction_ff_pct=math.nan), *(slice_figures(k=k, structure="IVD") for k in range(3))]
    (panel,) = fat_panels(slices)
    assert (panel.pairs.n, panel.pairs.unit) == (3, "%")
    assert np.allclose(panel.pairs.difference, 2.0)


def test_three_panels_make_a_picture():
    from matplotlib.image import imread

    panels = area_panels(
        [slice_figures(k=k, structure=name, truth_mm2=100.0 + k) for name in ("MF", "ES", "PM", "QL") for k in range(3)]
    )
    pictures = pictures_of(panels)
    assert len(pictures) == 2
    for png, (width, height) in pictures:
        pixels = imread(io.BytesIO(png)).shape
        assert pixels[1] / pixels[0] == pytest.approx(width / height, rel=0.01)
