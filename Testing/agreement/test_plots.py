"""Pictures: what is drawn, and that it is drawn."""

import numpy as np
import pytest

from ParaspinalFatLib.agreement.pairs import Pairs
from ParaspinalFatLib.agreement.plots import Panel, agreement_figure, write_agreement_plots, write_overlap_plot


def test_four_groups_share_a_picture(drawn_pairs, tmp_path):
    paths = write_agreement_plots(tmp_path, "volume", [Panel(f"group {k}", drawn_pairs) for k in range(5)])
    assert [path.name for path in paths] == ["volume_1.png", "volume_2.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in paths)


def test_groups_of_two_pairs_are_not_drawn(tmp_path):
    assert write_agreement_plots(tmp_path, "volume", [Panel("few", Pairs(np.ones(2), np.ones(2)))]) == []


def test_scatter_has_identity_and_regression_and_bland_altman_its_three_lines(drawn_pairs):
    above, below = agreement_figure([Panel("MF right", drawn_pairs)]).axes
    assert {line.get_label() for line in above.lines} == {"identity", "regression"}
    heights = sorted(line.get_ydata()[0] for line in below.lines)
    difference = drawn_pairs.difference
    ends = [difference.mean() + k * difference.std(ddof=1) for k in (-1.96, 0, 1.96)]
    assert heights == pytest.approx(sorted([0, *ends]), abs=1e-3)
    assert above.get_title() == "MF right"


def test_equal_and_constant_values_can_be_drawn():
    agreement_figure([Panel("same", Pairs(np.full(4, 2.0), np.full(4, 2.0)))]).canvas.draw()


def test_dice_are_drawn_by_structure(tmp_path):
    write_overlap_plot(tmp_path / "dice.png", {"MF right": [0.9, 0.8, np.nan], "canal": [0.7]})
    assert (tmp_path / "dice.png").stat().st_size > 5000
