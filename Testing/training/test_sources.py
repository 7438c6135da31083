"""The collection of a data folder: what is present is used, what is left out is not, nothing at all is refused."""

import pytest

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.training.sources import CITATIONS, load_collection


def test_a_folder_without_any_subject_is_refused(tmp_path):
    with pytest.raises(InputError, match="No subject"):
        load_collection(tmp_path, tmp_path)


def test_subjects_left_out_contribute_nothing(shared_data, tmp_path):
    without = ["musclemap_sub0001", "label_atlases", "sagittal_vertebrae"]
    collection = load_collection(shared_data, tmp_path, without)
    assert set(collection.subjects) == set(collection.weights) == {"tum01", "bodyparts3d"}
    assert collection.weights["tum01"] > collection.weights["bodyparts3d"]
    assert not collection.shapes


def test_every_source_says_its_licence_citation_and_use():
    assert all(entry["licence"] and entry["citation"] and entry["use"] for entry in CITATIONS)
