"""The picture of a case shows the right side on the left, borders where they are and fat colours that are true."""

from __future__ import annotations

import itertools
import struct
import subprocess
import sys
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from drawn_case import (
    LEFT_COLUMNS,
    LEFT_FAT,
    LEFT_ROWS,
    PIXEL_MM,
    RIGHT_COLUMNS,
    RIGHT_FAT,
    RIGHT_ROWS,
    Case,
    Drawing,
    make_case,
)

from ParaspinalFatLib.anatomy import BY_VALUE
from ParaspinalFatLib.errors import GeometryError, OutputError
from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.measurement.levels import Level
from ParaspinalFatLib.report.overlay import LARGEST_BYTES, NOTICE, overlay_figure, write_overlay
from ParaspinalFatLib.report.shown_slices import MOST_SHOWN
from ParaspinalFatLib.report.slice_view import FAT_COLOURS, FAT_FRACTION_SHOWN

CROP_LEFT, CROP_TOP = 30 - 20, 0
"""First column and row that are drawn: 20 mm beside the right multifidus (20 columns), and the upper edge of the image."""


def stored_otherwise(image: Image, permutation: tuple[int, int, int], flips: tuple[bool, ...]) -> Image:
    """The same body in another voxel order: axes (k, j, i) permuted, then reversed."""
    array = image.array.transpose(permutation)
    axes = [2 - permutation[2 - axis] for axis in range(3)]
    affine = image.affine.copy()
    affine[:, :3] = image.affine[:, axes]
    for axis, flip in enumerate(flips):
        if flip:
            array = np.flip(array, 2 - axis)
            affine[:3, 3] += affine[:3, axis] * (array.shape[2 - axis] - 1)
            affine[:3, axis] *= -1
    return Image(np.ascontiguousarray(array), affine)


def middle_of(rows: slice, columns: slice) -> tuple[float, float]:
    """Position in mm, in the drawn crop, of the middle of a block of pixels."""
    x = (columns.start + columns.stop - 1) / 2 - CROP_LEFT
    y = (rows.start + rows.stop - 1) / 2 - CROP_TOP
    return x * PIXEL_MM[0], y * PIXEL_MM[1]


def test_the_patients_right_is_drawn_on_the_left(case: Case) -> None:
    figure = overlay_figure(case.image, case.labels)
    drawing = Drawing(figure)
    axes = figure.axes[0]
    right, left = (drawing.places(axes, BY_VALUE[value].colour) for value in (1, 2))
    assert right[:, 0].max() < left[:, 0].min()
    texts = {text.get_text(): text.get_position()[0] for text in axes.texts}
    assert texts["R"] < 0.1
    assert texts["L"] > 0.9


def test_an_outline_lies_half_way_between_the_voxels_on_either_side(case: Case) -> None:
    figure = overlay_figure(case.image, case.labels)
    drawing = Drawing(figure)
    places = drawing.places(figure.axes[0], BY_VALUE[1].colour)
    left, right = ((edge - 0.5 - CROP_LEFT) * PIXEL_MM[0] for edge in (RIGHT_COLUMNS.start, RIGHT_COLUMNS.stop))
    front, back = ((edge - 0.5 - CROP_TOP) * PIXEL_MM[1] for edge in (RIGHT_ROWS.start, RIGHT_ROWS.stop))
    line = 0.4  # mm, more than half the drawn line's width
    assert np.allclose([places[:, 0].min(), places[:, 0].max()], [left, right], atol=line)
    assert np.allclose([places[:, 1].min(), places[:, 1].max()], [front, back], atol=line)


def test_fat_colours_are_true_to_the_map(case: Case) -> None:
    figure = overlay_figure(case.image, case.labels, case.fat_map)
    drawing = Drawing(figure)
    for fraction, rows, columns in ((RIGHT_FAT, RIGHT_ROWS, RIGHT_COLUMNS), (LEFT_FAT, LEFT_ROWS, LEFT_COLUMNS)):
        expected = matplotlib.colormaps[FAT_COLOURS](fraction / FAT_FRACTION_SHOWN)[:3]
        assert np.allclose(drawing.colour(figure.axes[1], *middle_of(rows, columns)), expected, atol=0.01)


def test_image_and_fat_colours_lie_under_the_outline(case: Case) -> None:
    figure = overlay_figure(case.labels.with_array(1000 * (case.labels.array == 1)), case.labels, case.fat_map)
    drawing = Drawing(figure)
    fat = matplotlib.colormaps[FAT_COLOURS](RIGHT_FAT / FAT_FRACTION_SHOWN)[:3]
    edges = [(edge - 0.5 - CROP_LEFT) * PIXEL_MM[0] for edge in (RIGHT_COLUMNS.start, RIGHT_COLUMNS.stop)]
    for axes, colour in zip(figure.axes[:2], ((1.0, 1.0, 1.0), fat), strict=True):
        across = drawing.places(axes, colour)
        across = across[np.abs(across[:, 1] - middle_of(RIGHT_ROWS, RIGHT_COLUMNS)[1]) < 5]
        across = across[(across[:, 0] > edges[0] - 5) & (across[:, 0] < edges[1] + 5)]
        assert np.allclose([across[:, 0].min(), across[:, 0].max()], edges, atol=0.6)


def test_muscle_without_a_fat_fraction_and_what_is_not_muscle_stay_grey(case: Case) -> None:
    fraction = case.fat_map.fraction.array.copy()
    fraction[:, RIGHT_ROWS, RIGHT_COLUMNS] = np.nan
    figure = overlay_figure(case.image, case.labels, FatMap(case.image.with_array(fraction), "dixon"))
    drawing = Drawing(figure)
    for place in (middle_of(RIGHT_ROWS, RIGHT_COLUMNS), middle_of(RIGHT_ROWS, slice(55, 65))):
        assert np.ptp(drawing.colour(figure.axes[1], *place)) < 0.01


def test_a_millimetre_is_as_long_across_as_down_whatever_the_pixels(case: Case) -> None:
    figure = overlay_figure(case.image, case.labels, case.fat_map)
    Drawing(figure)
    for axes in figure.axes[:2]:
        origin, across, down = axes.transData.transform([(0, 0), (10, 0), (0, 10)])
        assert np.isclose(np.linalg.norm(across - origin), np.linalg.norm(down - origin), rtol=1e-3)


@pytest.mark.parametrize(
    ("permutation", "flips"),
    [*zip(itertools.permutations(range(3)), itertools.product((False, True), repeat=3), strict=False)],
)
def test_the_same_body_in_any_voxel_order_gives_the_same_picture(
    permutation: tuple[int, int, int], flips: tuple[bool, ...]
) -> None:
    case = make_case(2)
    expected = Drawing(overlay_figure(case.image, case.labels, case.fat_map)).pixels
    image, labels, fraction = (
        stored_otherwise(each, permutation, flips) for each in (case.image, case.labels, case.fat_map.fraction)
    )
    drawn = Drawing(overlay_figure(image, labels, FatMap(fraction, "dixon"))).pixels
    assert np.array_equal(drawn, expected)


def test_one_slice_fills_the_picture_with_outlines_and_fat_beside_each_other() -> None:
    case = make_case(1)
    figure = overlay_figure(case.image, case.labels, case.fat_map)
    outlines, fat = (axes.get_position() for axes in figure.axes[:2])
    assert outlines.x1 < fat.x0
    assert fat.width > 0.45


def test_a_long_stack_is_thinned_out_and_spans_all_muscle() -> None:
    case = make_case(60)
    figure = overlay_figure(case.image, case.labels)
    captions = [axes.get_title() for axes in figure.axes]
    assert len(captions) == MOST_SHOWN
    assert "slice 0 " in captions[0]
    assert "slice 59 " in captions[-1]


def test_the_slice_nearest_to_a_level_is_shown_and_named() -> None:
    case = make_case(60)
    figure = overlay_figure(case.image, case.labels, levels=[Level("L4/5", (0.0, 0.0, 4.0 * 17 + 1))])
    assert [axes.get_title() for axes in figure.axes if "L4/5" in axes.get_title()] == ["L4/5   slice 17   S +68.0 mm"]


def test_the_slices_asked_for_are_shown(case: Case) -> None:
    figure = overlay_figure(case.image, case.labels, slices=[2])
    assert [axes.get_title() for axes in figure.axes] == ["slice 2   S +8.0 mm"]


def test_a_case_without_any_outline_is_drawn_whole(case: Case) -> None:
    empty = case.labels.with_array(np.zeros_like(case.labels.array))
    assert len(overlay_figure(case.image, empty).axes) == 3


def test_the_notice_and_the_title_are_written(case: Case) -> None:
    texts = [text.get_text() for text in overlay_figure(case.image, case.labels, title="Case 7").texts]
    assert NOTICE in texts
    assert "Research use only" in NOTICE
    assert "Case 7" in texts


def test_muscles_where_the_method_is_not_validated_are_named(case: Case) -> None:
    fat_map = FatMap(case.fat_map.fraction, "otsu", not_validated={"PM": "no published agreement"})
    texts = [text.get_text() for text in overlay_figure(case.image, case.labels, fat_map).texts]
    assert "not validated by this method: PM" in texts


def test_the_file_is_a_sharp_png_and_nothing_else_is_left(case: Case, tmp_path: Path) -> None:
    write_overlay(tmp_path / "overlay.png", case.image, case.labels, case.fat_map)
    content = (tmp_path / "overlay.png").read_bytes()
    width, _ = struct.unpack(">II", content[16:24])
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    assert width >= 1900
    assert [file.name for file in tmp_path.iterdir()] == ["overlay.png"]


def test_a_noisy_scan_is_written_less_sharp_rather_than_too_large(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    affine = np.diag([-0.5, -0.5, 4.0, 1.0])
    noise = Image(generator.normal(100, 30, (12, 300, 400)).astype(np.float32), affine)
    fraction = noise.with_array(np.full(noise.array.shape, 0.2, np.float32))
    labels = noise.with_array(np.ones(noise.array.shape, np.uint8))
    write_overlay(tmp_path / "overlay.png", noise, labels, FatMap(fraction, "dixon"))
    content = (tmp_path / "overlay.png").read_bytes()
    assert len(content) < LARGEST_BYTES
    assert struct.unpack(">I", content[16:20])[0] < 1900


def test_muscle_can_be_seen_on_an_image_on_which_fat_is_far_brighter(case: Case) -> None:
    values = np.where(case.labels.array == 0, 1000, 40).astype(np.float32)
    values[:, :3] = 0
    figure = overlay_figure(case.image.with_array(values), case.labels)
    muscle = Drawing(figure).colour(figure.axes[0], *middle_of(RIGHT_ROWS, RIGHT_COLUMNS))
    assert muscle.mean() > 0.2


def test_a_folder_that_is_not_there_is_named(case: Case, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="absent"):
        write_overlay(tmp_path / "absent" / "overlay.png", case.image, case.labels)


def test_labels_of_another_grid_are_refused(case: Case) -> None:
    with pytest.raises(GeometryError, match="label image"):
        overlay_figure(case.image, make_case(2).labels)


def test_importing_the_report_does_not_load_matplotlib(repository: Path) -> None:
    code = "import sys, ParaspinalFatLib.report.overlay; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=repository, check=False).returncode == 0


def test_a_real_scan_stays_under_three_megabytes(shared_data: Path, tmp_path: Path) -> None:
    from ParaspinalFatLib.imaging.reading import read_image

    folder = shared_data / "tum01_dixon"
    water, fat, labels = (read_image(folder / f"{name}.nii.gz") for name in ("water", "fat", "labels"))
    total = water.array.astype(np.float32) + fat.array
    fraction = np.divide(fat.array, total, out=np.full(total.shape, np.nan, np.float32), where=total > 0)
    write_overlay(tmp_path / "overlay.png", water, labels, FatMap(water.with_array(fraction), "dixon"))
    assert (tmp_path / "overlay.png").stat().st_size < LARGEST_BYTES
