"""A segment is recognised by its tag, its id or its name; terminology is written only where a code was verified."""

from __future__ import annotations

import pytest
import slicer

from ParaspinalFatLib.anatomy import BY_IDENTIFIER, STRUCTURES
from ParaspinalFatLib.scene.segments import STRUCTURE_TAG, structure_of, terminology_entry


def segment_named(name: str) -> slicer.vtkSegment:
    segment = slicer.vtkSegment()
    segment.SetName(name)
    return segment


def test_the_tag_speaks_before_id_and_name() -> None:
    segment = segment_named("left psoas major")
    segment.SetTag(STRUCTURE_TAG, "MF_right")
    assert structure_of("ES_left", segment) is BY_IDENTIFIER["MF_right"]


def test_the_id_speaks_before_the_name() -> None:
    assert structure_of("ES_left", segment_named("renamed by the user")) is BY_IDENTIFIER["ES_left"]


@pytest.mark.parametrize("name", ["right multifidus", "Right  Multifidus", "MF_right", "MF right"])
def test_a_segment_drawn_by_hand_is_known_by_its_name(name: str) -> None:
    assert structure_of("Segment_1", segment_named(name)) is BY_IDENTIFIER["MF_right"]


@pytest.mark.parametrize("name", ["multifidus", "tumour", "", "right multifidus 2"])
def test_a_name_that_does_not_say_structure_and_side_is_foreign(name: str) -> None:
    assert structure_of("Segment_1", segment_named(name)) is None


def test_terminology_names_structure_and_side() -> None:
    entry = terminology_entry(BY_IDENTIFIER["ES_right"])
    assert entry == (
        "Segmentation category and type - 3D Slicer General Anatomy list~SCT^123037004^Anatomical Structure"
        "~SCT^44947003^Erector spinae muscle~SCT^24028007^Right~Anatomic codes - DICOM master list~^^~^^"
    )
    assert "~SCT^61853006^Vertebral canal~^^~" in terminology_entry(BY_IDENTIFIER["canal"])


def test_no_code_is_invented() -> None:
    assert {s.abbreviation for s in STRUCTURES if not terminology_entry(s)} == {"MF", "PM", "QL", "IC", "VB", "VA", "sacrum"}
