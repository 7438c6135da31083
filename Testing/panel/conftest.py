"""The module on a desktop without Slicer; a test fails on any error in a slot, an observer or MRML."""

from __future__ import annotations

import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from drawn_spine import make_spine
from host.desktop import Desktop, LoadedModule, desktop

from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.reading import read_image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.scene.volumes import add_volume


@pytest.fixture
def host() -> Iterator[Desktop]:
    """An empty desktop."""
    with desktop() as running:
        yield running
        running.process_events()
        assert running.errors == []


@pytest.fixture
def module(host: Desktop, repository: Path) -> Iterator[LoadedModule]:
    """The real module file, loaded and not yet opened."""
    loaded = host.load(repository / "ParaspinalFat" / "ParaspinalFat.py")
    yield loaded
    loaded.close()


@pytest.fixture
def sample_volumes(host: Desktop, repository: Path) -> dict[Role, Any]:
    """Water and fat of the bundled sample case as volume nodes."""
    files = repository / "Resources" / "SampleCase"
    return {
        role: add_volume(host.scene, read_image(files / f"{role.value}.nii.gz"), f"Sample {role.value}")
        for role in (Role.WATER, Role.FAT)
    }


@pytest.fixture
def spine() -> Image:
    """What the network outlines in ``volumes``: a drawing, which a file of tests may replace by its own."""
    return make_spine()


@pytest.fixture
def volumes(host: Desktop, spine: Image) -> dict[Role, Any]:
    """Water and fat of the drawn spine as volume nodes."""
    water = np.where(spine.array == 0, 20, 180).astype(np.int16)
    return {
        Role.WATER: add_volume(host.scene, spine.with_array(water), "W"),
        Role.FAT: add_volume(host.scene, spine.with_array(np.int16(200) - water), "F"),
    }


@pytest.fixture
def view(host: Desktop) -> Any:
    """An axial slice view."""
    node = host.scene.AddNewNodeByClass("vtkMRMLSliceNode")
    node.SetOrientationToAxial()
    return node


@pytest.fixture
def widget(host: Desktop, module: LoadedModule, spine: Image, volumes: dict[Role, Any], view: Any) -> Any:  # noqa: ARG001
    """The opened module on the drawn spine, outlined and measured, with the initials AB."""
    opened = module.open()
    opened.logic.segmenter = lambda _image, _progress: spine.with_array(spine.array.copy())
    nodes = opened.logic.process(volumes)
    opened.ui.waterSelector.setCurrentNode(volumes[Role.WATER])
    opened.ui.fatSelector.setCurrentNode(volumes[Role.FAT])
    opened._parameterNode.segmentation = nodes.segmentation
    opened._parameterNode.table = nodes.table
    opened._parameterNode.initials = "AB"
    host.wait_until(lambda: opened.panel.live_case is not None)
    return opened


@pytest.fixture
def ready(module: LoadedModule, sample_volumes: dict[Role, Any]) -> Any:
    """The opened module with the bundled sample case selected, before Apply."""
    opened = module.open()
    opened.ui.waterSelector.setCurrentNode(sample_volumes[Role.WATER])
    opened.ui.fatSelector.setCurrentNode(sample_volumes[Role.FAT])
    return opened


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where images are laid down for the network, empty before a run and after it."""
    place = tmp_path / "requests"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


@pytest.fixture
def true_labels(repository: Path, tmp_path: Path) -> Path:
    """The sample case's true outlines as an array file."""
    labels = read_image(repository / "Resources" / "SampleCase" / "labels.nii.gz")
    np.save(tmp_path / "truth.npy", labels.array.astype(np.uint8))
    return tmp_path / "truth.npy"


STAND_IN = """\
    #!{python}
    # Speaks the protocol of the network's process and gives the true outlines; {behaviour}
    import shutil, sys, threading, time, os
    from pathlib import Path
    sys.path.insert(0, {root!r})
    from ParaspinalFatLib.segmentation.protocol import (
        DoneMessage, ErrorMessage, ProgressMessage, format_message, read_request, write_result)
    import numpy as np
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(70)), daemon=True).start()
    folder = Path(sys.argv[-1])
    say = lambda message: print(format_message(message), flush=True)
    image, options = read_request(folder)
    say(ProgressMessage(0.25, "Outlining slice 1 of 4"))
    {behaviour}
    found = np.load({truth!r}) if options.task == "outline" else np.zeros((len(image.array), 5, *image.array.shape[1:]))
    if options.task == "levels":  # nothing but background, or the discs of the drawing
        found[:, 0] = 1.0
        {levels}
    write_result(folder, found.astype(found.dtype if found.dtype == np.uint8 else np.float32), {{"device": options.device}})
    say(DoneMessage())
    """


@pytest.fixture
def network(repository: Path, tmp_path: Path, true_labels: Path) -> Any:
    """Make an interpreter that runs, instead of the network, a real process of a given behaviour."""

    def make(behaviour: str = "pass", levels: str = "pass") -> str:
        script = tmp_path / "network.py"
        text = textwrap.dedent(STAND_IN)
        script.write_text(
            text.format(
                python=sys.executable, behaviour=behaviour, levels=levels, root=str(repository), truth=str(true_labels)
            )
        )
        script.chmod(0o755)
        return str(script)

    return make
