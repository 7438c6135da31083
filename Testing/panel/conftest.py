"""The module on a desktop without Slicer; a test fails on any error in a slot, an observer or MRML."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from host.desktop import Desktop, LoadedModule, desktop

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
    write_result(folder, np.load({truth!r}), {{"device": options.device}})
    say(DoneMessage())
    """


@pytest.fixture
def network(repository: Path, tmp_path: Path, true_labels: Path) -> Any:
    """Make an interpreter that runs, instead of the network, a real process of a given behaviour."""

    def make(behaviour: str = "pass") -> str:
        script = tmp_path / "network.py"
        text = textwrap.dedent(STAND_IN)
        script.write_text(
            text.format(python=sys.executable, behaviour=behaviour, root=str(repository), truth=str(true_labels))
        )
        script.chmod(0o755)
        return str(script)

    return make
