"""Axial reformats: only what is certainly inside a body or disc is known."""

import numpy as np

from ParaspinalFatLib.training.partial_labels import OFF_COLUMN, UNKNOWN
from ParaspinalFatLib.training.sagittal import certain_inside, load_sagittal_subject


def test_the_inside_of_a_body_and_of_a_disc_is_known():
    drawn = np.zeros((40, 20, 40), np.uint8)
    drawn[2:18, 3:17, 5:35] = 4
    drawn[20:30, 3:17, 5:35] = 14
    labels = certain_inside(drawn)
    assert labels[10, 10, 20] == 12
    assert labels[25, 10, 20] == 11
    assert set(np.unique(labels)) == {11, 12, OFF_COLUMN, UNKNOWN}
    assert (labels[[3, 16, 21, 28]] == UNKNOWN).all()  # too close to an end
    assert (labels[:, :, 5:9] == UNKNOWN).all()  # too close to a side


def test_beside_the_middle_of_a_body_there_is_neither_body_nor_disc():
    drawn = np.zeros((30, 40, 60), np.uint8)
    drawn[0:27, 15:30, 10:50] = 3
    labels = certain_inside(drawn)
    assert (labels[13, :, :8] == OFF_COLUMN).all()
    assert (labels[13, 0:8] == OFF_COLUMN).all()
    assert (labels[13, 8:15, 10:50] == UNKNOWN).all()  # the ends of a tilted neighbour may reach here
    assert (labels[2] != OFF_COLUMN).all()  # too far from the middle


def test_the_tilted_lowest_body_and_disc_say_nothing_about_their_surroundings():
    drawn = np.zeros((30, 40, 60), np.uint8)
    drawn[0:27, 15:30, 10:50] = 5
    assert (certain_inside(drawn) != OFF_COLUMN).all()


def test_a_real_scan_gives_slices_of_one_contrast_with_something_known_in_each(shared_data):
    subject = load_sagittal_subject(shared_data / "sagittal_vertebrae" / "ivd_11")
    assert subject.fat is None
    assert (subject.labels == 11).any(axis=(1, 2)).all()
