"""A review list opens case after case; a case that cannot be opened changes nothing."""

from __future__ import annotations

import pytest
from torso import make_torso

from ParaspinalFatLib.cohort.review_list import ReviewEntry, write_review_list
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.imaging.writing import write_image
from ParaspinalFatLib.scene.embedded import embedded_scene
from ParaspinalFatLib.scene.node_files import write_node
from ParaspinalFatLib.scene.outlined import add_given_outlines
from ParaspinalFatLib.scene.review_list import ReviewWalk
from ParaspinalFatLib.scene.segmentations import labels_of
from ParaspinalFatLib.scene.volumes import add_volume


@pytest.fixture
def scene():
    """An empty scene."""
    with embedded_scene() as embedded:
        yield embedded.scene


def write_list(scene, folder, broken=()):
    """Three cases of one torso; leaves the scene empty."""
    torso = make_torso(slices=3)
    write_image(torso.image, folder / "t2.nii.gz")
    volume = add_volume(scene, torso.image, "t2")
    segmentation = add_given_outlines({Role.ANATOMY: volume}, torso.image.with_array(torso.truth))
    entries = []
    for name in ("A", "B", "C"):
        path = folder / f"{name}.seg.nrrd"
        if name not in broken:
            write_node(segmentation, path)
        images = {} if name == "C" else {Role.ANATOMY: folder / "t2.nii.gz"}
        entries.append(ReviewEntry(name, 4.0, "L4/5", "MF", "right", ("why",), path, images))
    scene.Clear(0)
    write_review_list(folder / "review_list.tsv", entries)
    return folder / "review_list.tsv", torso


def nodes_in(scene):
    """Names of the volumes and segmentations in a scene."""
    kinds = ("vtkMRMLScalarVolumeNode", "vtkMRMLSegmentationNode")
    nodes = [scene.GetNthNodeByClass(n, kind) for kind in kinds for n in range(scene.GetNumberOfNodesByClass(kind))]
    return sorted(node.GetName() for node in nodes)


def test_next_and_previous_exchange_the_case_in_the_scene(scene, tmp_path):
    path, torso = write_list(scene, tmp_path)
    walk = ReviewWalk(scene, path)
    first = walk.next()
    assert nodes_in(scene) == ["A anatomy", "A outlines"]
    assert (labels_of(first.segmentation, first.volumes[Role.ANATOMY]).labels.array == torso.truth).all()
    assert walk.next().entry.case == "B"
    assert nodes_in(scene) == ["B anatomy", "B outlines"]
    assert walk.next().volumes == {}
    assert nodes_in(scene) == ["C outlines"]
    assert walk.next() is None
    assert walk.previous().entry.case == "B"
    walk.close()
    assert nodes_in(scene) == []
    assert scene.GetNumberOfNodesByClass("vtkMRMLVolumeDisplayNode") == 0
    assert scene.GetNumberOfNodesByClass("vtkMRMLSegmentationDisplayNode") == 0


def test_a_case_that_cannot_be_opened_leaves_the_open_one(scene, tmp_path):
    path, _ = write_list(scene, tmp_path, broken=("B",))
    walk = ReviewWalk(scene, path)
    walk.next()
    with pytest.raises(InputError, match="does not exist"):
        walk.next()
    assert (walk.position, nodes_in(scene)) == (0, ["A anatomy", "A outlines"])


def test_an_empty_list_is_refused(scene, tmp_path):
    write_review_list(tmp_path / "review_list.tsv", [])
    with pytest.raises(InputError, match="has no case"):
        ReviewWalk(scene, tmp_path / "review_list.tsv")
