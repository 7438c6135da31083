"""A case from images to table, with a segmenter whose outlines are known."""

from __future__ import annotations

import numpy as np
import pytest

from ParaspinalFatLib.case import CaseSession, MeasurementSettings, measure, process, with_learned_fraction
from ParaspinalFatLib.errors import Cancelled, GeometryError, MeasurementError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.level_naming import NamedLevels
from ParaspinalFatLib.measurement.level_detection import LevelSearch
from ParaspinalFatLib.measurement.levels import Level
from ParaspinalFatLib.measurement.observation import Observation

AXIAL = np.diag([-1.0, -1.0, 5.0, 1.0])


def square_muscles(image: Image, progress) -> Image:
    """A right and a left multifidus of 10 x 10 voxels in every slice."""
    progress(1.0, "Outlining")
    labels = np.zeros(image.array.shape, np.uint8)
    labels[:, 5:15, 2:12] = 1
    labels[:, 5:15, 18:28] = 2
    return image.with_array(labels)


def dixon(fat_percent: float) -> dict[Role, Image]:
    water = Image(np.full((3, 20, 30), 200.0 * (1 - fat_percent / 100), np.float32), AXIAL)
    return {Role.WATER: water, Role.FAT: water.with_array(np.full((3, 20, 30), 2.0 * fat_percent, np.float32))}


def test_size_and_fat_of_known_muscles_are_exact():
    finished = process(dixon(15.0), square_muscles, MeasurementSettings())
    for side in ("right", "left"):
        row = finished.measurement.table.one(structure="MF", side=side, region="whole")
        assert row["volume_ml"] == pytest.approx(3 * 100 * 5 / 1000)
        assert row["ff_mean_pct"] == pytest.approx(15.0, abs=1e-4)
        assert row["ff_ratio_pct"] == pytest.approx(15.0, abs=1e-4)
    assert finished.measurement.fat_map.method == "dixon"


def test_progress_runs_from_start_to_end_and_can_stop_the_case():
    seen: list[float] = []
    process(dixon(15.0), square_muscles, MeasurementSettings(), lambda fraction, _: seen.append(fraction))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0

    def stop(_fraction: float, _message: str) -> None:
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        process(dixon(15.0), square_muscles, MeasurementSettings(), stop)


def test_images_of_different_grids_are_refused_before_the_network_starts():
    def never(_image: Image, _progress) -> Image:
        raise AssertionError("the network was started")

    images = dixon(15.0)
    images[Role.FAT] = Image(images[Role.FAT].array, np.diag([-1.0, -1.0, 4.0, 1.0]))
    with pytest.raises(GeometryError, match="voxel sizes"):
        process(images, never, MeasurementSettings())


def test_a_fat_method_that_needs_other_images_is_refused_before_the_network_starts():
    def never(_image: Image, _progress) -> Image:
        raise AssertionError("the network was started")

    with pytest.raises(MeasurementError, match="needs the images: fat and water"):
        process({Role.WATER: dixon(15.0)[Role.WATER]}, never, MeasurementSettings("dixon"))


def test_a_water_image_alone_gives_sizes_and_says_why_there_is_no_fat():
    images = {Role.WATER: dixon(15.0)[Role.WATER]}
    row = process(images, square_muscles, MeasurementSettings()).measurement.table.one(
        structure="MF", side="right", region="whole"
    )
    assert row["volume_ml"] == pytest.approx(1.5)
    assert row["ff_mean_pct"] is None
    assert "no fat fraction follows from the water image alone" in row["ff_validity"]
    assert "no voxel has a fat fraction" in row["reason"]


def test_named_levels_are_searched_in_the_labels_when_asked_for():
    def with_discs(image: Image, progress) -> Image:
        labels = square_muscles(image, progress).array.copy()
        labels[0, 2:4, 12:18] = 11
        return image.with_array(labels)

    settings = MeasurementSettings(search=LevelSearch(most_caudal="L5/S1"))
    table = process(dixon(15.0), with_discs, settings).measurement.table
    assert table.one(structure="MF", side="right", region="level")["level"] == "L5/S1"


def predicted(image: Image, progress) -> tuple[Image, dict[str, object]]:
    """A fraction of 0.3 everywhere, instead of a network's."""
    progress(1.0, "Finding fat")
    return image.with_array(np.full(image.array.shape, 0.3, np.float32)), {"weights": {"name": "tiny"}}


def conventional() -> dict[Role, Image]:
    return {Role.ANATOMY: dixon(15.0)[Role.WATER]}


def test_the_learned_fraction_is_predicted_once_and_then_measured():
    seen: list[float] = []
    settings = MeasurementSettings("learned")
    finished = process(
        conventional(), square_muscles, settings, lambda fraction, _: seen.append(fraction), predict_fat=predicted
    )
    row = finished.measurement.table.one(structure="MF", side="left", region="whole")
    assert row["ff_mean_pct"] == pytest.approx(30.0, abs=1e-4)
    assert "not yet compared with Dixon" in row["ff_validity"]
    assert seen == sorted(seen)
    assert finished.learned_fraction is not None

    def never(_image: Image, _progress):
        raise AssertionError("predicted again")

    images = {**conventional(), Role.LEARNED_FRACTION: finished.learned_fraction}
    again = process(images, square_muscles, settings, predict_fat=never)
    assert again.measurement.table.rows == finished.measurement.table.rows
    assert again.measurement.fat_map.parameters["prediction"] == {"weights": {"name": "tiny"}}


def test_other_fat_methods_predict_nothing():
    images = conventional()
    assert with_learned_fraction(images, MeasurementSettings("otsu")) is images


def test_the_learned_fraction_of_dixon_images_is_refused_before_any_network_starts():
    with pytest.raises(MeasurementError, match="learned needs the images: anatomy"):
        process(dixon(15.0), square_muscles, MeasurementSettings("learned"))


def squares(image: Image, columns: int) -> Image:
    labels = square_muscles(image, lambda *_: None)
    labels.array[1, 5:15, 2 : 2 + columns] = 0
    return labels


def test_a_session_measures_edits_and_other_settings_as_if_from_scratch():
    images = dixon(15.0)
    session = CaseSession(images, MeasurementSettings())
    image = images[Role.WATER]
    for columns in (0, 3, 1, 0):
        labels = squares(image, columns)
        assert session.measure(labels).table == measure(images, labels, MeasurementSettings()).table
    size_only = MeasurementSettings("size_only")
    other = session.with_settings(size_only)
    assert other.measure(squares(image, 2)).table == measure(images, squares(image, 2), size_only).table


def test_labels_measured_before_are_not_measured_again():
    images = dixon(15.0)
    session = CaseSession(images, MeasurementSettings())
    labels = squares(images[Role.WATER], 2)
    first = session.measure(labels)
    assert session.measure(labels.with_array(labels.array.copy())) is first
    session.tell([Observation("said", "Something is known.")])
    assert "Something is known." in session.measure(labels).remarks


def test_what_the_segmenter_says_about_its_outlines_is_told():
    class Telling:
        observations = (Observation("withheld", "Not outlined: iliacus."),)

        def __call__(self, image: Image, progress) -> Image:
            return square_muscles(image, progress)

    assert "Not outlined: iliacus." in process(dixon(15.0), Telling(), MeasurementSettings()).measurement.remarks


def test_levels_are_looked_for_only_where_nobody_named_them():
    asked = []

    def find(image: Image, labels: Image, progress) -> NamedLevels:
        asked.append((image.array.shape, labels.array.max()))
        progress(1.0, "Looking")
        return NamedLevels((Level("L4/5", (-15.0, -10.0, 5.0)),), 0.9, "", "the axial images")

    named = process(dixon(15.0), square_muscles, MeasurementSettings(), find_levels=find).measurement
    assert [level.name for level in named.levels] == ["L4/5"]
    assert any(one.code == "levels_named_automatically" for one in named.observations)
    process(dixon(15.0), square_muscles, MeasurementSettings(search=LevelSearch(most_caudal="L5/S1")), find_levels=find)
    assert asked == [((3, 20, 30), 2)]
