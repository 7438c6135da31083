"""The collection of a data folder: what is present is used, what is left out is not, nothing at all is refused."""

from dataclasses import replace

import numpy as np
import pytest

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.training import sources
from ParaspinalFatLib.training.shapes import Shape, outlines_digest, save_shapes
from ParaspinalFatLib.training.sources import CITATIONS, load_collection
from ParaspinalFatLib.training.subjects import LOADERS


@pytest.fixture
def people(tiny_subject):
    """Two contrasts of ben, one of another person whose name begins alike, and a pair of anna's."""
    return [
        replace(tiny_subject, name="ben_T1w", case="ben", images=("ben_T1w",)),
        replace(tiny_subject, name="ben_T2w", case="ben", images=("ben_T2w",)),
        replace(tiny_subject, name="ben_2", case="ben_2", images=("ben_2_T1w",)),
        replace(tiny_subject, name="anna", images=("anna_water", "anna_fat")),
    ]


def left(people, tmp_path, *without):
    return set(load_collection(None, tmp_path, without, more=people).subjects)


def test_a_folder_without_any_subject_is_refused(tmp_path):
    with pytest.raises(InputError, match="No subject"):
        load_collection(tmp_path, tmp_path)


def test_subjects_left_out_contribute_nothing(shared_data, tmp_path):
    without = ["musclemap_sub0001", "label_atlases", "sagittal_vertebrae"]
    collection = load_collection(shared_data, tmp_path, without)
    assert set(collection.subjects) == set(collection.weights) == {"tum01", "bodyparts3d"}
    assert collection.weights["tum01"] > collection.weights["bodyparts3d"]
    assert not collection.shapes


def test_every_image_of_a_person_is_left_out_and_nobody_whose_name_begins_alike(people, tmp_path):
    assert left(people, tmp_path, "ben") == {"ben_2", "anna"}
    assert left(people, tmp_path, "ben_2") == {"ben_T1w", "ben_T2w", "anna"}


def test_a_single_image_can_be_left_out(people, tmp_path):
    assert left(people, tmp_path, "ben_T1w") == {"ben_T2w", "ben_2", "anna"}
    assert left(people, tmp_path, "anna_fat") == {"ben_T1w", "ben_T2w", "ben_2"}


@pytest.mark.parametrize("name", ["bem", "ben_", "ben_T1", "Ben", "tum01", ""])
def test_a_name_that_nobody_has_cannot_be_left_out(people, tmp_path, name):
    with pytest.raises(InputError, match=f"Nobody is called {name}, .* anna, ben, ben_2"):
        left(people, tmp_path, name)


def test_public_names_can_be_left_out_where_public_data_are_given(people, tmp_path):
    (tmp_path / "sagittal_vertebrae" / "ivd_001").mkdir(parents=True)
    without = [*LOADERS, *(entry["name"] for entry in CITATIONS), "ivd_001", "anna"]
    assert set(load_collection(tmp_path, tmp_path, without, more=people).subjects) == {"ben_T1w", "ben_T2w", "ben_2"}


def test_a_spine_of_a_public_set_can_be_left_out(shared_data, tmp_path, people):
    without = [*LOADERS, "label_atlases", "bodyparts3d"]
    names = sorted(load_collection(shared_data, tmp_path, without, more=people).subjects)
    spine = next(name for name in names if name.startswith("ivd"))
    assert names != sorted(left(people, tmp_path))
    found = load_collection(shared_data, tmp_path, [*without, spine], more=people)
    assert sorted(found.subjects) == [name for name in names if name != spine]


def test_two_subjects_of_one_name_are_refused(people, tmp_path):
    with pytest.raises(InputError, match="Two subjects are called anna"):
        left([*people, people[-1]], tmp_path)
    assert left([*people, people[-1]], tmp_path, "anna") == {"ben_T1w", "ben_T2w", "ben_2"}


def test_outlines_beside_which_nothing_is_known_are_refused(tiny_subject, tmp_path):
    only_inside = np.where(tiny_subject.labels == 0, 255, tiny_subject.labels).astype(np.uint8)
    subject = replace(tiny_subject, labels=only_inside)
    with pytest.raises(InputError, match=r"outside the outlines.*background = \"known\""):
        left([subject], tmp_path)
    for known in (0, 253, 254):
        beside = np.where(only_inside == 255, known, only_inside).astype(np.uint8)
        assert left([subject, replace(subject, name="other", labels=beside)], tmp_path) == {"tiny", "other"}


@pytest.fixture
def fitted(monkeypatch, tiny_subject, tmp_path):
    """Names of the subjects that shapes were fitted to; nothing is registered."""
    names = []

    def bank(_maps, subjects, **_others):
        names.extend(subject.name for subject in subjects)
        return [shape(subject) for subject in subjects]

    monkeypatch.setattr(sources, "shape_bank", bank)
    (tmp_path / "data" / "label_atlases").mkdir(parents=True)
    monkeypatch.setattr(sources, "load_pelvis", lambda _data: replace(tiny_subject, name="pelvis"))
    return names


def shape(subject):
    matrix = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    return Shape(subject.name, 0, np.zeros((2, 2, 2), np.float16), matrix, (0.0, 0.0))


def shapes_of(subject, tmp_path):
    return load_collection(tmp_path / "data", tmp_path / "out", more=[subject]).shapes


@pytest.fixture
def tum01(tiny_subject, monkeypatch, tmp_path):
    """A subject of that name, as the public data bring it; takes its outlines."""
    subject = replace(tiny_subject, name="tum01")
    monkeypatch.setitem(LOADERS, "tum01", lambda _data: subject)
    (tmp_path / "data" / "tum01_dixon").mkdir(parents=True)
    (tmp_path / "out").mkdir()
    return subject


def test_shapes_are_fitted_once_and_again_when_outlines_or_pixels_changed(tiny_subject, fitted, tmp_path):
    for _ in range(2):
        assert [one.subject for one in shapes_of(tiny_subject, tmp_path)] == ["tiny"]
    assert fitted == ["tiny"]
    relabelled = tiny_subject.labels.copy()
    relabelled[0, 36, 30] = 3
    for changed in ({"labels": relabelled}, {"pixel_mm": (2.0, 2.5)}, {"labels": tiny_subject.labels[:5]}):
        shapes_of(replace(tiny_subject, **changed), tmp_path)
        shapes_of(tiny_subject, tmp_path)
    assert fitted == ["tiny"] * 7


def test_shapes_are_not_fitted_again_when_only_what_is_no_muscle_changed(tiny_subject, fitted, tmp_path):
    shapes_of(tiny_subject, tmp_path)
    narrowed = np.where(tiny_subject.labels == 0, 253, tiny_subject.labels).astype(np.uint8)
    shapes_of(replace(tiny_subject, labels=narrowed), tmp_path)
    assert fitted == ["tiny"]


def without_digest(subject, path):
    """A file of shapes as earlier versions wrote it."""
    save_shapes([shape(subject)], path)
    with np.load(path) as written:
        kept = {name: written[name] for name in written.files if name != "outlines"}
    np.savez(path, **kept)


def test_shapes_kept_by_an_earlier_version_are_trusted_for_a_public_subject_only(tum01, fitted, tmp_path):
    without_digest(tum01, tmp_path / "out" / "shapes_tum01.npz")
    data, out = tmp_path / "data", tmp_path / "out"
    assert len(load_collection(data, out).shapes) == 1
    assert fitted == []
    (data / "tum01_dixon").rmdir()
    assert len(load_collection(data, out, more=[tum01]).shapes) == 1  # a user's own subject of that name
    assert fitted == ["tum01"]


def test_shapes_of_a_public_subject_with_other_outlines_are_fitted_again(tum01, fitted, tmp_path):
    digest = outlines_digest(replace(tum01, pixel_mm=(1.0, 1.0)))
    save_shapes([shape(tum01)], tmp_path / "out" / "shapes_tum01.npz", digest)
    load_collection(tmp_path / "data", tmp_path / "out")
    assert fitted == ["tum01"]


def test_half_a_file_of_shapes_is_fitted_again(tiny_subject, fitted, tmp_path):
    shapes_of(tiny_subject, tmp_path)
    path = tmp_path / "out" / "shapes_tiny.npz"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert len(shapes_of(tiny_subject, tmp_path)) == 1
    assert fitted == ["tiny"] * 2


def test_every_source_says_its_licence_citation_and_use():
    assert all(entry["licence"] and entry["citation"] and entry["use"] for entry in CITATIONS)
