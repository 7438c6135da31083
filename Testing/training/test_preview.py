"""The contact sheet is a picture of samples with outlines in the structures' colours and red where nobody knows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ParaspinalFatLib.anatomy import BY_VALUE
from ParaspinalFatLib.training.collection import Collection
from ParaspinalFatLib.training.partial_labels import UNKNOWN
from ParaspinalFatLib.training.preview import draw_slice, write_contact_sheet, write_sheet


def picture_of(path: Path) -> np.ndarray:
    """(h, w, 3) colours, 0 to 1."""
    from matplotlib import image

    return image.imread(path)[..., :3]


def holds(picture: np.ndarray, colour: tuple[float, float, float]) -> bool:
    """Whether a thin line of a colour was drawn on grey, with which its pixels are mixed."""
    hue = np.array(colour) - np.mean(colour)
    hues = picture - picture.mean(axis=2, keepdims=True)
    share = hues @ hue / (hue @ hue)
    beside = np.abs(hues - share[..., None] * hue).max(axis=2)
    return bool(((share > 0.3) & (beside < 0.04)).sum() > 20)


def reddish(picture: np.ndarray) -> np.ndarray:
    """Pixels of a grey image that were tinted red."""
    red, green, blue = np.moveaxis(picture, 2, 0)
    return (red - green > 0.08) & (np.abs(green - blue) < 0.02)


@pytest.fixture
def drawn(tmp_path):
    """Draws one slice of mid grey with the labels given; returns the picture."""

    def draw(labels: np.ndarray) -> np.ndarray:
        image = np.full(labels.shape, 0.4, np.float32)
        write_sheet([lambda axis: draw_slice(axis, image, labels)], 1, tmp_path / "slice.png")
        return picture_of(tmp_path / "slice.png")

    return draw


@pytest.mark.parametrize("value", [1, 4, 5, 11])
def test_a_structure_is_outlined_in_its_colour(drawn, value):
    labels = np.zeros((40, 40), np.uint8)
    assert not holds(drawn(labels), BY_VALUE[value].colour)
    labels[10:30, 10:30] = value
    assert holds(drawn(labels), BY_VALUE[value].colour)


def test_where_nobody_knows_the_image_is_tinted_red_and_nowhere_else(drawn):
    labels = np.zeros((40, 40), np.uint8)
    assert not reddish(drawn(labels)).any()
    labels[:, 20:] = UNKNOWN
    red = reddish(drawn(labels))
    middle = red.shape[1] // 2
    assert red[:, middle + 5 :].mean() > 0.8
    assert red[:, : middle - 5].sum() == 0


def test_a_sheet_shows_outlined_samples_where_asked(tiny_subject, tmp_path):
    collection = Collection({"tiny": tiny_subject}, [], {"tiny": 1.0})
    write_contact_sheet(collection, tmp_path / "new" / "sheet.png", seed=0, rows=2, columns=2)
    picture = picture_of(tmp_path / "new" / "sheet.png")
    assert picture.shape[0] > 200
    assert np.ptp(picture[..., 0]) > 0.5
    assert sum(holds(picture, BY_VALUE[value].colour) for value in range(1, 7)) >= 4
    assert reddish(picture).sum() > 100


def test_a_sheet_that_cannot_be_finished_leaves_the_one_before(drawn, tmp_path, interrupt_pictures):
    drawn(np.zeros((40, 40), np.uint8))
    before = (tmp_path / "slice.png").read_bytes()
    interrupt_pictures()
    with pytest.raises(KeyboardInterrupt):
        drawn(np.ones((40, 40), np.uint8))
    assert (tmp_path / "slice.png").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["slice.png"]


def test_a_sheet_of_a_name_without_ending_is_a_png(tmp_path):
    write_sheet([lambda _axis: None], 1, tmp_path / "sheet")
    assert (tmp_path / "sheet").read_bytes().startswith(b"\x89PNG")
