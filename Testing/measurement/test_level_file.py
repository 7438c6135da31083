import pytest
from phantoms import grid

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.measurement.level_file import levels_from_csv, levels_from_points
from ParaspinalFatLib.measurement.levels import LevelKind

IMAGE = grid((8, 10, 10), (1.0, 1.0, 4.0))


def a_file(tmp_path, text):
    path = tmp_path / "levels.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_points_become_levels_with_one_spelling_and_a_kind():
    first, second = levels_from_points({"l5-s1": (1.0, 2.0, 3.0), "L3": (0.0, 0.0, 9.0)})
    assert (first.name, first.position, first.kind) == ("L5/S1", (1.0, 2.0, 3.0), LevelKind.DISC)
    assert second.kind is LevelKind.VERTEBRA


def test_a_file_of_points_is_read(tmp_path):
    path = a_file(tmp_path, "level,right_mm,anterior_mm,superior_mm\nL4-5,1.5,-20,33\n\n,,,\nL3-4,1,-18,70\n")
    assert [(level.name, level.position) for level in levels_from_csv(path, IMAGE)] == [
        ("L4/5", (1.5, -20.0, 33.0)),
        ("L3/4", (1.0, -18.0, 70.0)),
    ]


def test_slice_numbers_are_placed_by_the_image(tmp_path):
    (level,) = levels_from_csv(a_file(tmp_path, "\ufefflevel,slice\nL4/5,2.5\n"), IMAGE)
    assert level.position == pytest.approx((0.0, 0.0, -4.0))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no rows"),
        ("level,slice\n", "no rows"),
        ("level,slice\nL4/5,top\n", "Line 2"),
        ("level,slice\n,4\n", "Line 2"),
        ("level,right_mm,anterior_mm\nL4/5,1,2\n", "Line 2"),
        ("level,right_mm,anterior_mm,superior_mm\nL4/5,1,2,3\nL3/4,1,,3\n", "Line 3"),
    ],
)
def test_an_incomplete_file_is_refused_with_its_line(text, message, tmp_path):
    with pytest.raises(InputError, match=message):
        levels_from_csv(a_file(tmp_path, text), IMAGE)


def test_an_absent_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        levels_from_csv(tmp_path / "absent.csv", IMAGE)
