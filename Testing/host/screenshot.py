"""Pictures of the panel in its states: python Testing/host/screenshot.py FOLDER

Made with the stand-ins of this folder, so the look of selectors and sections differs a little from Slicer's.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "Testing")]

from host.desktop import Desktop, desktop  # noqa: E402
from ParaspinalFatLib.imaging.image import Image  # noqa: E402
from ParaspinalFatLib.imaging.reading import read_image  # noqa: E402
from ParaspinalFatLib.resources import resource  # noqa: E402
from ParaspinalFatLib.scene.volumes import add_volume  # noqa: E402

WIDTH, HEIGHT = 400, 700
"""A narrow dock, as many users have it."""

SECTIONS = ("inputs", "correct", "read", "review")


def take(running: Desktop, widget: Any, path: Path, section: str = "inputs") -> None:
    """Save the panel as it looks now, with one section open, as high as its content."""
    for name in SECTIONS:
        getattr(widget.ui, f"{name}CollapsibleButton").collapsed = name != section
    parent = widget.parent
    parent.setStyleSheet("QWidget { font-family: 'DejaVu Sans'; font-size: 10pt; }")
    parent.show()
    for _round in range(3):
        running.process_events()
        parent.resize(WIDTH, max(HEIGHT, parent.layout().totalHeightForWidth(WIDTH)))
    parent.grab().save(str(path))
    print(path, f"narrowest {parent.minimumSizeHint().width()} pixels")


def selected(running: Desktop, widget: Any) -> Image:
    """Load and select the sample case; returns its true outlines."""
    files = {name: read_image(resource("SampleCase", f"{name}.nii.gz")) for name in ("water", "fat", "labels")}
    for name in ("water", "fat"):
        add_volume(running.scene, files[name], f"Sample{name.title()}")
    running.wait_until(lambda: not widget.ui.proposalButton.isHidden(), seconds=5)
    return files["labels"].with_array(files["labels"].array.astype("uint8"))


def main(folder: Path) -> None:
    """Each state and section of the panel, on the sample case with its true outlines."""
    folder.mkdir(parents=True, exist_ok=True)
    with desktop() as running:
        module = running.load(REPOSITORY / "ParaspinalFat" / "ParaspinalFat.py")
        widget = module.open()
        take(running, widget, folder / "panel_empty.png")
        truth = selected(running, widget)
        take(running, widget, folder / "panel_proposed.png")
        widget.ui.proposalButton.click()
        take(running, widget, folder / "panel_ready.png")
        widget.ui.applyButton.click()
        running.wait_until(lambda: widget.ui.progressBar.value() > HALF_DONE, seconds=300)
        take(running, widget, folder / "panel_running.png")
        widget.ui.applyButton.click()
        volumes = widget.panel.inputs.volumes()
        widget.logic.segmenter = lambda _image, _progress: truth
        nodes = widget.logic.process(volumes)
        widget._parameterNode.segmentation = nodes.segmentation
        running.wait_until(lambda: widget.panel.live_case is not None, seconds=60)
        for section in SECTIONS:
            take(running, widget, folder / f"panel_{section}.png", section)
        module.close()


HALF_DONE = 50

if __name__ == "__main__":
    main(Path(sys.argv[1]))
