"""The real network, in its real process, driven from the panel on the sample case."""

from __future__ import annotations

import importlib.util
import sys
from typing import Any

import pytest
from host.desktop import Desktop, LoadedModule

from ParaspinalFatLib.errors import WeightsError
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.resources import weights_card_path

TRUE_VOLUME_ML = 106.27
"""Right multifidus of the sample case, from its truth.csv."""

LARGEST_RELATIVE_ERROR = 0.4
"""The network was not trained on this drawing; the test shows that the path works, not how good the network is."""


@pytest.fixture
def weights() -> None:
    """Skip where the network cannot run."""
    try:
        weights_card_path()
    except WeightsError:
        pytest.skip("needs the network's weights")
    if importlib.util.find_spec("torch") is None:
        pytest.skip("needs torch")


@pytest.mark.usefixtures("weights")
def test_apply_outlines_and_measures_the_sample_case(
    host: Desktop, module: LoadedModule, sample_volumes: dict[Role, Any]
) -> None:
    torch_was_loaded = "torch" in sys.modules  # by another test in this process
    widget = module.open()
    widget.ui.waterSelector.setCurrentNode(sample_volumes[Role.WATER])
    widget.ui.fatSelector.setCurrentNode(sample_volumes[Role.FAT])
    widget.ui.applyButton.click()
    host.wait_until(lambda: not widget.panel.running, seconds=120)
    assert widget.ui.statusLabel.text().startswith("Done.")
    row = widget.panel.live_case.measurement.table.one(structure="MF", side="right", region="whole")
    assert row["volume_ml"] == pytest.approx(TRUE_VOLUME_ML, rel=LARGEST_RELATIVE_ERROR)
    assert ("torch" in sys.modules) == torch_was_loaded
