"""Collections: subjects and slices are drawn as often as asked."""

import numpy as np

from ParaspinalFatLib.training.collection import Collection
from ParaspinalFatLib.training.view import View

VIEW = View((96, 128), 0.8, 10.0)


def test_subjects_are_drawn_by_their_share(tiny_subject):
    dark = type(tiny_subject)("dark", tiny_subject.water * 0, None, tiny_subject.labels * 0 + 12, tiny_subject.pixel_mm)
    collection = Collection({"tiny": tiny_subject, "dark": dark}, [], {"tiny": 0.0, "dark": 1.0})
    _, labels = collection.draw(np.random.default_rng(0), VIEW)
    assert set(np.unique(labels)) <= {0, 12}


def test_slices_through_a_disc_are_drawn_as_often_as_asked(tiny_subject):
    collection = Collection({"tiny": tiny_subject}, [], {"tiny": 1.0}, disc_share=1.0)
    assert list(collection.disc_slices["tiny"]) == [0, 2, 4]
    assert all((collection.draw(np.random.default_rng(seed), VIEW)[1] == 11).any() for seed in range(6))
