"""What a card says of its data: what was loaded, and nothing else."""

import re
from dataclasses import replace

import numpy as np
import pytest

from ParaspinalFatLib.training.collection import Collection
from ParaspinalFatLib.training.erector_division import ILIOCOSTALIS
from ParaspinalFatLib.training.synthesis import NETWORK_PIXEL_MM
from ParaspinalFatLib.training.told_on_card import Told, public_subjects
from ParaspinalFatLib.training.view import SMALL_FIELD, TORSO


@pytest.fixture
def public(tmp_path):
    """Folders of two of the public data sets."""
    for folder in ("tum01_dixon", "sagittal_vertebrae/vb3_03", "sagittal_vertebrae/ivd_11"):
        (tmp_path / "public" / folder).mkdir(parents=True)
    return tmp_path / "public"


def collection(*subjects, shapes=()):
    return Collection({one.name: one for one in subjects}, list(shapes), {one.name: 1.0 for one in subjects})


def test_only_data_sets_that_are_there_and_not_left_out_are_public(public):
    assert public_subjects(None, ()) == {}
    found = {"tum01": "tum01", "vb3_03": "sagittal_vertebrae", "ivd_11": "sagittal_vertebrae"}
    assert public_subjects(public, ()) == found
    assert public_subjects(public, ("tum01", "vb3_03")) == {"ivd_11": "sagittal_vertebrae"}
    assert public_subjects(public, ("sagittal_vertebrae",)) == {"tum01": "tum01"}


def test_a_set_is_cited_only_if_a_subject_of_it_was_loaded(public, tiny_subject):
    told = Told(collection(replace(tiny_subject, name="tum01")), public_subjects(public, ()))
    assert [entry["name"] for entry in told.data()] == ["tum01"]
    assert all("licence" in entry for entry in told.data())


def test_the_set_of_the_shapes_is_cited_if_there_are_shapes(public, tiny_subject):
    subject = replace(tiny_subject, name="tum01")
    told = Told(collection(subject, shapes=["a fitted shape"]), public_subjects(public, ()))
    assert [entry["name"] for entry in told.data()] == ["tum01", "label_atlases"]
    assert "five muscle label maps" in told.synthesis()


@pytest.mark.parametrize("name", ["mm_1", "ivd_patient", "vb3_99", "anna"])
def test_own_subjects_are_told_whatever_they_are_called(public, tiny_subject, name):
    told = Told(collection(replace(tiny_subject, name=name)), public_subjects(public, ()))
    assert told.own == [name]
    assert told.data() == [{"name": name, "use": "user's own subject"}]
    assert any("user's own subjects" in sentence for sentence in told.limitations(divides=False))


def test_a_run_on_own_data_alone_tells_nothing_of_the_public_data(tiny_subject):
    told = Told(collection(tiny_subject), {})
    sentences = " ".join([told.synthesis(), *told.limitations(divides=True)])
    for words in ("five muscle label maps", "atlas", "two subjects", "include fat at their borders", "severe scoliosis"):
        assert words not in sentences
    assert "Learned from 1 scanned subject " in sentences


def test_the_fields_of_view_on_the_card_are_those_that_samples_have(tiny_subject):
    smallest = SMALL_FIELD.smallest_share * min(SMALL_FIELD.smallest_canvas) * NETWORK_PIXEL_MM
    largest = max(TORSO.canvas) * NETWORK_PIXEL_MM
    told = re.search(r"fields of view of (\d+) to (\d+) mm", Told(collection(tiny_subject), {}).synthesis())
    assert [float(number) for number in told.groups()] == pytest.approx([smallest, largest], abs=5)


def test_people_are_counted_and_named_and_not_their_images(public, tiny_subject):
    images = [replace(tiny_subject, name=name, case="ben") for name in ("ben", "ben_T1w", "ben_T2w")]
    told = Told(collection(*images, replace(tiny_subject, name="vb3_03")), public_subjects(public, ()))
    assert told.cases == ["ben", "vb3_03"]
    assert "Learned from 1 scanned subject " in " ".join(told.limitations(divides=False))
    another = Told(collection(*images, replace(tiny_subject, name="ben_2")), {})
    assert another.cases == ["ben", "ben_2"]
    assert "Learned from 2 scanned subjects " in " ".join(another.limitations(divides=False))


def test_contrasts_from_water_and_fat_are_told_only_where_there_was_fat(tiny_subject):
    single = replace(tiny_subject, name="single", fat=None)
    assert "from water and fat" not in Told(collection(single), {}).synthesis()
    both = Told(collection(tiny_subject, single), {}).synthesis()
    assert "from water and fat" in both
    assert "own contrast" in both


def test_structures_that_nobody_labelled_are_told(tiny_subject):
    missing = next(text for text in Told(collection(tiny_subject), {}).limitations(divides=False) if "has a label" in text)
    assert "QL, IC, VA, canal, sacrum" in missing
    assert "MF" not in missing


def test_a_muscle_labelled_on_one_side_is_learned_on_both(tiny_subject):
    one_side = replace(tiny_subject, labels=np.where(tiny_subject.labels == 2, 255, tiny_subject.labels).astype(np.uint8))
    sentences = Told(collection(one_side), {}).limitations(divides=False)
    assert not any("MF" in sentence for sentence in sentences)


def test_who_told_iliocostalis_from_longissimus_is_told(public, tiny_subject):
    divided = replace(tiny_subject, division=np.full_like(tiny_subject.labels, ILIOCOSTALIS))
    volunteer = replace(divided, name="tum01")
    by_eye = Told(collection(volunteer), public_subjects(public, ())).limitations(divides=True)
    assert any("picked by eye, not by an anatomist, in one subject" in sentence for sentence in by_eye)
    own = Told(collection(divided), {}).limitations(divides=True)
    assert any("as in the labels of the user's own subjects" in sentence for sentence in own)
    nobody = Told(collection(tiny_subject), {}).limitations(divides=True)
    assert any("No subject of this run told iliocostalis from longissimus" in sentence for sentence in nobody)
