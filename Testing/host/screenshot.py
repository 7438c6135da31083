"""Pictures of the panel in its states: python Testing/host/screenshot.py FOLDER

Made with the stand-ins of this folder, so the look of selectors and sections differs a little from Slicer's.
"""

from __future__ import annotations

import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "Testing")]

from host.desktop import Desktop, desktop  # noqa: E402
from ParaspinalFatLib.imaging.reading import read_image  # noqa: E402
from ParaspinalFatLib.imaging.roles import Role  # noqa: E402
from ParaspinalFatLib.resources import resource  # noqa: E402
from ParaspinalFatLib.scene.volumes import add_volume  # noqa: E402

WIDTH, HEIGHT = 400, 760
"""A narrow dock, as many users have it."""


def take(running: Desktop, widget: object, path: Path) -> None:
    """Save the panel as it looks now."""
    parent = widget.parent  # type: ignore[attr-defined]
    parent.setStyleSheet("QWidget { font-family: 'DejaVu Sans'; font-size: 10pt; }")
    parent.resize(WIDTH, max(HEIGHT, parent.minimumSizeHint().height()))
    parent.show()
    for _round in range(3):
        running.process_events()
    parent.grab().save(str(path))
    print(path)


def main(folder: Path) -> None:
    """Empty, ready, and finished on the sample case with its true outlines."""
    folder.mkdir(parents=True, exist_ok=True)
    with desktop() as running:
        module = running.load(REPOSITORY / "ParaspinalFat" / "ParaspinalFat.py")
        widget = module.open()
        take(running, widget, folder / "panel_empty.png")
        files = {name: read_image(resource("SampleCase", f"{name}.nii.gz")) for name in ("water", "fat", "labels")}
        volumes = {
            Role.WATER: add_volume(running.scene, files["water"], "SampleWater"),
            Role.FAT: add_volume(running.scene, files["fat"], "SampleFat"),
        }
        widget.ui.waterSelector.setCurrentNode(volumes[Role.WATER])
        widget.ui.fatSelector.setCurrentNode(volumes[Role.FAT])
        take(running, widget, folder / "panel_ready.png")
        truth = files["labels"]
        widget.logic.segmenter = lambda _image, _progress: truth.with_array(truth.array.astype("uint8"))
        nodes = widget.logic.process(volumes)
        widget._parameterNode.segmentation = nodes.segmentation
        widget._parameterNode.table = nodes.table
        take(running, widget, folder / "panel_finished.png")
        module.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
