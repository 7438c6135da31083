"""A case ends with its nodes or its scene, leaves nothing behind, and goes on after saving and reopening."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scene.editing import Editor
from scene.live_cases import ONE_SLICE, Volumes

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.measurement.table import Table
from ParaspinalFatLib.scene.corrections import Origin
from ParaspinalFatLib.scene.embedded import embedded_scene
from ParaspinalFatLib.scene.live_case import LiveCase
from ParaspinalFatLib.scene.logic import SceneLogic
from ParaspinalFatLib.scene.volumes import add_volume


@pytest.mark.parametrize("what", ["segmentation", "volume"])
def test_a_removed_node_closes_the_case_with_a_sentence(live: LiveCase, scene: Any, what: str) -> None:
    lost: list[str] = []
    live.on_lost = lambda: lost.append(live.lost)
    scene.RemoveNode(live.segmentation if what == "segmentation" else live.volumes[Role.FAT])
    assert len(lost) == 1
    assert "was removed" in lost[0]
    with pytest.raises(InputError, match="was removed"):
        live.recompute()


def test_a_closed_scene_closes_the_case(live: LiveCase, scene: Any) -> None:
    scene.Clear(False)
    assert live.lost == "The scene was closed, and this case with it."
    live.close()


def test_a_closed_case_hears_nothing_and_leaves_no_observer(logic: SceneLogic, volumes: Volumes, scene: Any) -> None:
    nodes = logic.process(volumes)
    count = scene.GetNumberOfNodes()
    for _ in range(3):
        live = LiveCase(logic, volumes, nodes.segmentation, nodes.table)
        calls: list[int] = []
        live.on_dirty = lambda calls=calls: calls.append(1)  # type: ignore[misc]
        watching = weakref.ref(live)
        live.close()
        nodes.segmentation.GetSegmentation().GetSegment("MF_right").SetName("renamed")
        assert calls == []
        del live
        gc.collect()
        assert watching() is None
    assert scene.GetNumberOfNodes() == count


def rounded(table: Table) -> list[dict[str, Any]]:
    return [{name: float(f"{cell:.9g}") if isinstance(cell, float) else cell for name, cell in row.items()} for row in table]


def test_a_corrected_case_goes_on_after_saving_and_reopening(logic: SceneLogic, labels: Image, tmp_path: Path) -> None:
    with embedded_scene() as embedded:
        volumes = {Role.FAT_FRACTION: add_volume(embedded.scene, labels.with_array(labels.array * 0.08), "ff")}
        nodes = logic.process(volumes)
        live = LiveCase(logic, volumes, nodes.segmentation, nodes.table)
        live.author = "AB"
        editor = Editor(live.segmentation, volumes[Role.FAT_FRACTION])
        editor.paint("MF_right", ONE_SLICE)
        live.recompute()
        editor.paint("MF_left", (slice(1, 2), slice(0, 1), slice(10, 12)))
        live.recompute()
        editor.undo()
        live.recompute()
        table, states = live.measurement.table, live.segment_states()
        embedded.write_bundle(tmp_path / "case.mrb")
        live.close()
        editor.close()
    with embedded_scene() as embedded:
        embedded.read_bundle(tmp_path / "case.mrb")
        count = embedded.scene.GetNumberOfNodes()
        volumes = {Role.FAT_FRACTION: embedded.scene.GetFirstNodeByClass("vtkMRMLScalarVolumeNode")}
        segmentation = embedded.scene.GetFirstNodeByName("ff muscles")
        shown = embedded.scene.GetFirstNodeByName("ff measurements")
        live = LiveCase(logic, volumes, segmentation, shown)
        assert embedded.scene.GetNumberOfNodes() == count
        assert rounded(live.measurement.table) == rounded(table)  # files round the positions of voxels
        assert live.segment_states() == states
        assert states["MF_right"].author == "AB"
        assert live.model_labels is not None
        np.testing.assert_array_equal(np.bincount(live.model_labels.array.ravel()), np.bincount(labels.array.ravel()))
        editor = Editor(segmentation, volumes[Role.FAT_FRACTION])
        editor.paint("MF_left", ONE_SLICE)
        live.recompute()
        assert live.segment_states()["MF_left"].kind is Origin.SEMIAUTOMATIC
        live.close()
        editor.close()
        assert embedded.errors == []
