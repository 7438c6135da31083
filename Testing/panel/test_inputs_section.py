"""Images are recognised and proposed in the panel; a choice of the user stays."""

from __future__ import annotations

from typing import Any

import numpy as np
from host.desktop import Desktop, LoadedModule

from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.scene.volumes import add_volume

AXIAL = np.diag([-1.5, -1.5, 4.0, 1.0])


def loaded(host: Desktop, *names: str) -> list[Any]:
    """Volumes that were just loaded, all on one grid."""
    voxels = np.arange(2 * 16 * 16, dtype=np.int16).reshape(2, 16, 16)
    return [add_volume(host.scene, Image(voxels, AXIAL), name) for name in names]


def test_an_acquisition_is_proposed_when_it_is_loaded_and_used_with_one_click(host: Desktop, module: LoadedModule) -> None:
    ui = module.open().ui
    assert ui.proposalButton.isHidden()
    in_phase, opposed, water, fat = loaded(host, "vibe_in", "vibe_opp", "vibe_W", "vibe_F")
    host.wait_until(lambda: not ui.proposalButton.isHidden(), seconds=5)
    assert "Dixon water = vibe_W" in ui.proposalLabel.text()
    assert ui.waterSelector.currentNode() is None, "a proposal, no choice"
    ui.proposalButton.click()
    selectors = (ui.inPhaseSelector, ui.opposedPhaseSelector, ui.waterSelector, ui.fatSelector)
    assert [selector.currentNode() for selector in selectors] == [in_phase, opposed, water, fat]
    assert ui.proposalButton.isHidden()
    assert ui.contrastLabel.text() == "Dixon water, Dixon fat, Dixon in phase, Dixon opposed phase (from its name)"
    assert ui.applyButton.isEnabled()


def test_a_choice_is_completed_and_never_changed(host: Desktop, module: LoadedModule) -> None:
    ui = module.open().ui
    mine, _water, fat = loaded(host, "my own", "vibe_W", "vibe_F")
    ui.waterSelector.setCurrentNode(mine)
    assert ui.proposalLabel.text() == "Recognised: Dixon fat = vibe_F"
    ui.proposalButton.click()
    assert ui.waterSelector.currentNode() is mine
    assert ui.fatSelector.currentNode() is fat


def test_an_image_chosen_for_what_it_does_not_show_is_pointed_out(host: Desktop, module: LoadedModule) -> None:
    ui = module.open().ui
    fat, suppressed = loaded(host, "vibe_F", "T2 fat sat")
    ui.waterSelector.setCurrentNode(fat)
    assert "Check vibe_F: its name says Dixon fat, and it is selected as Dixon water." in ui.contrastLabel.text()
    ui.waterSelector.setCurrentNode(None)
    ui.anatomySelector.setCurrentNode(suppressed)
    assert "Fat is suppressed on T2 fat sat" in ui.contrastLabel.text()


def test_nothing_is_looked_for_while_another_module_is_shown(host: Desktop, module: LoadedModule) -> None:
    ui = module.open().ui
    module.leave()
    loaded(host, "vibe_W", "vibe_F")
    for _turn in range(5):
        host.process_events()
    assert ui.proposalButton.isHidden()
    module.open()
    assert not ui.proposalButton.isHidden()
