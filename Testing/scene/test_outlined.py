"""Outlines drawn elsewhere enter the scene voxel for voxel, without an author of ours."""

from __future__ import annotations

import numpy as np
from drawn_case import make_case

from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.scene.outlined import add_given_outlines
from ParaspinalFatLib.scene.segmentations import labels_of
from ParaspinalFatLib.scene.segments import ALGORITHM_NAME_TAG, ALGORITHM_TYPE_TAG
from ParaspinalFatLib.scene.volumes import add_volume


def test_given_outlines_are_shown_as_they_are_and_nobody_is_said_to_have_drawn_them(scene):
    import vtk

    case = make_case(3)
    volume = add_volume(scene, case.image, "t2")
    node = add_given_outlines({Role.ANATOMY: volume}, case.labels)
    np.testing.assert_array_equal(labels_of(node, volume).labels.array, case.labels.array)
    segments = [node.GetSegmentation().GetNthSegment(n) for n in range(node.GetSegmentation().GetNumberOfSegments())]
    assert len(segments) == 2
    for segment in segments:
        for tag in (ALGORITHM_NAME_TAG, ALGORITHM_TYPE_TAG):
            assert not segment.GetTag(tag, vtk.mutable(""))
