"""What samples are drawn from: subjects, shapes fitted to their slices, and how often each is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.training.contrast import DISC
from ParaspinalFatLib.training.shapes import Shape
from ParaspinalFatLib.training.subjects import Subject
from ParaspinalFatLib.training.synthesis import Labels, Plane, sample
from ParaspinalFatLib.training.view import View

SMALLEST_DISC_PIXELS = 150
"""A slice with fewer pixels of disc than this only grazes it."""


@dataclass(frozen=True)
class Collection:
    """What samples are drawn from.

    Attributes:
        subjects: by name.
        shapes: fields onto other people's muscles; each belongs to one of the subjects.
        weights: share of samples for each subject name.
        shape_share: how often a sample takes another person's shape, where one was fitted to its slice.
        disc_share: how often a sample must show a disc, where its subject has one: clinical slices mostly do, and a disc
            is thin, so that few slices of a stack hold one.
    """

    subjects: Mapping[str, Subject]
    shapes: Sequence[Shape]
    weights: Mapping[str, float]
    shape_share: float = 0.65
    disc_share: float = 0.2

    @property
    def divides(self) -> bool:
        """Whether any subject knows iliocostalis from longissimus."""
        return any(subject.division is not None for subject in self.subjects.values())

    @cached_property
    def disc_slices(self) -> dict[str, npt.NDArray[np.intp]]:
        """For each subject the slices through a disc."""
        sizes = {name: (subject.labels == DISC).sum(axis=(1, 2)) for name, subject in self.subjects.items()}
        return {name: np.flatnonzero(pixels >= SMALLEST_DISC_PIXELS) for name, pixels in sizes.items()}

    def draw(self, rng: np.random.Generator, view: View, difficulty: float = 1.0) -> tuple[Plane, Labels]:
        """A normalised image and its labels on the view's canvas; outside the field of view both are 0.

        Args:
            rng: source of every choice.
            view: framing.
            difficulty: see :func:`sample`.
        """
        names = list(self.weights)
        shares = np.array([self.weights[name] for name in names])
        subject = self.subjects[names[rng.choice(len(names), p=shares / shares.sum())]]
        slices = np.arange(len(subject.labels))
        if self.disc_slices[subject.name].size and rng.random() < self.disc_share:
            slices = self.disc_slices[subject.name]
        index = int(rng.choice(slices))
        fitting = [shape for shape in self.shapes if shape.subject == subject.name and shape.slice == index]
        shape = fitting[rng.integers(len(fitting))] if fitting and rng.random() < self.shape_share else None
        return sample(rng, subject, index, shape, view, difficulty)
