"""The baseline as a method: whose atlases it takes, what it claims to outline, and that a failed fit is told."""

import numpy as np
import pytest
from torso import dice, make_torso

from ParaspinalFatLib.agreement.masks import Labelling
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.evaluation.atlas_method import NAME, multi_atlas
from ParaspinalFatLib.evaluation.by_slice import Item
from ParaspinalFatLib.imaging.writing import write_image
from ParaspinalFatLib.progress import no_progress

LABELLING = Labelling({}, 255)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One atlas, ben, with a T1w and a T2w image."""
    root, torso = tmp_path_factory.mktemp("atlases"), make_torso(pixel_mm=3.0, slices=4)
    (root / "ben").mkdir()
    for contrast in ("T1w", "T2w"):
        write_image(torso.image, root / "ben" / f"{contrast}.nii.gz")
    write_image(torso.image.with_array(torso.truth), root / "ben" / "labels.nii.gz")
    return root


def test_another_persons_image_is_outlined_without_scores(folder):
    target = make_torso(pixel_mm=3.0, slices=4, seed=1)
    outlined = multi_atlas(folder, LABELLING, "majority").predict(Item(NAME, "anna", "T2w"), target.image, no_progress)
    assert dice(outlined.structures["ES_right"], target.truth == 3) > 0.65
    assert not outlined.scores


def test_a_fit_that_must_fail_is_told_in_a_remark(folder):
    image = make_torso(pixel_mm=3.0, slices=4).image
    noise = image.with_array(np.abs(np.random.default_rng(0).normal(100, 30, image.array.shape)).astype(np.float32))
    outlined = multi_atlas(folder, LABELLING, "majority").predict(Item(NAME, "anna", "T2w"), noise, no_progress)
    assert len(outlined.remarks) == 1


def test_a_case_is_never_outlined_by_its_own_labels(folder):
    method = multi_atlas(folder, LABELLING, "majority")
    with pytest.raises(InputError, match="another person"):
        method.predict(Item(NAME, "ben", "T2w"), make_torso(pixel_mm=3.0).image, no_progress)


def test_an_atlas_may_have_dixon_images_on_another_grid_than_its_labels(tmp_path):
    torso, other = make_torso(pixel_mm=3.0, slices=4), make_torso(pixel_mm=6.0, slices=4)
    (tmp_path / "ben").mkdir()
    write_image(other.image, tmp_path / "ben" / "fat.nii.gz")  # the first by name
    write_image(torso.image, tmp_path / "ben" / "t2w.nii.gz")
    write_image(torso.image.with_array(torso.truth), tmp_path / "ben" / "labels.nii.gz")
    assert "ES_right" not in multi_atlas(tmp_path, LABELLING, "majority").withheld


def test_what_is_in_no_atlas_is_not_judged(folder):
    withheld = multi_atlas(folder, LABELLING, "majority").withheld
    assert withheld["PM_left"] == withheld["ES+MF_left"] == "in no atlas"
    assert not {"ES_right", "ES_left", "canal"} & set(withheld)


def test_a_folder_without_labelled_images_is_refused(tmp_path):
    with pytest.raises(InputError):
        multi_atlas(tmp_path, LABELLING, "majority")
