"""The smallest box around labels."""

from __future__ import annotations

import numpy as np

from ParaspinalFatLib.imaging.occupied import occupied


def test_the_box_holds_every_label_and_no_empty_border():
    generator = np.random.default_rng(0)
    for _ in range(20):
        labels = np.zeros((5, 9, 11), np.uint8)
        places = tuple(generator.integers(0, size, 3) for size in labels.shape)
        labels[places] = 200
        box = occupied(labels)
        assert np.count_nonzero(labels[box]) == np.count_nonzero(labels)
        assert [side.start for side in box] == [along.min() for along in places]
        assert [side.stop for side in box] == [along.max() + 1 for along in places]


def test_an_empty_image_has_a_box_of_one_voxel():
    assert np.zeros((3, 4, 5))[occupied(np.zeros((3, 4, 5), np.uint8))].shape == (1, 1, 1)
