"""Axial reformats: only what is certainly inside a body or disc is known."""

import numpy as np

from ParaspinalFatLib.training.partial_labels import UNKNOWN
from ParaspinalFatLib.training.sagittal import certain_inside, load_sagittal_subject


def test_the_inside_of_a_body_and_of_a_disc_is_known_and_everything_else_unknown():
    drawn = np.zeros((40, 20, 40), np.uint8)
    drawn[2:18, 3:17, 5:35] = 4
    drawn[20:30, 3:17, 5:35] = 14
    labels = certain_inside(drawn)
    assert labels[10, 10, 20] == 12
    assert labels[25, 10, 20] == 11
    assert set(np.unique(labels)) == {11, 12, UNKNOWN}
    assert (labels[[3, 16, 21, 28]] == UNKNOWN).all()  # too close to an end
    assert (labels[:, :, :9] == UNKNOWN).all()  # too close to a side


def test_a_real_scan_gives_slices_of_one_contrast_with_something_known_in_each(shared_data):
    subject = load_sagittal_subject(shared_data / "sagittal_vertebrae" / "ivd_11")
    assert subject.fat is None
    assert (subject.labels == 11).any(axis=(1, 2)).all()
