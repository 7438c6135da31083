"""What a card of outlines says about the data that its weights learned from: only of data that were really loaded."""

from __future__ import annotations

from collections.abc import Collection as Names
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ParaspinalFatLib.anatomy import BY_VALUE
from ParaspinalFatLib.training.collection import Collection
from ParaspinalFatLib.training.sagittal import SPINES
from ParaspinalFatLib.training.sources import CITATIONS, spine_names
from ParaspinalFatLib.training.subjects import LOADERS, Subject, is_present

PAINTED = {"bodyparts3d": "bodyparts3d", "mm_d_pelvis": "label_atlases"}
"""Painted subject -> the public data set that it is painted from."""

LAST_CLASS = 15
"""Label value of the last structure that the network outlines; parts of the erector spinae follow."""

SHAPES = "label_atlases"
"""Public data set of other people's shapes."""

DEFORMED = "Slices of the scanned subjects, deformed by affine and B-spline maps"
ONTO_SHAPES = " and onto the outlines of five muscle label maps"
OBLIQUE = "oblique cuts"
FROM_WATER_AND_FAT = (
    "random T1, T2, fat-saturated, Dixon (in and opposed phase too), fat-fraction and impossible contrasts from water and "
    "fat, chemical shift; fat painted into muscles, in place of their deep parts, between them and under the fascia, fat "
    "and vessels around psoas and quadratus lumborum"
)
FROM_ONE_IMAGE = "images that are not a water and a fat image varied in their own contrast"
SCANNER = (
    "fields of view of 90 to 420 mm; coil fall-off, bias, coarse pixels, thick slices, ghosts, wrap-around, Rician noise; "
    "mirrored with sides exchanged."
)

FEW_ILIACUS = "Iliacus and sacrum are known from a few slices and an atlas: treat their outlines as a suggestion."
GENEROUS = "Outlines of multifidus and erector spinae include fat at their borders and under the fascia, as the {}labels do."
NOT_SEEN = "Thoracic levels, instrumentation, tumours, fractures and severe scoliosis were not in the {}training data."
DIVIDED_BY_EYE = (
    "Iliocostalis and longissimus were told apart by borders picked by eye, not by an anatomist, in {} between "
    "L1/2 and L5, and by the areas that others published; elsewhere their border is a guess. Their common outline is not "
    "affected."
)
DIVIDED_BY_OWN = "Iliocostalis and longissimus were told apart as in the labels of the user's own subjects."
NOT_DIVIDED = (
    "No subject of this run told iliocostalis from longissimus: their border is that of the weights it began with, and may "
    "have moved while the rest was trained. Their common outline is not affected."
)
OWN_DATA = "Learned from a user's own subjects too: how they were outlined decides what these outlines mean."
ONLY_OWN_DATA = "Learned from a user's own subjects: how they were outlined decides what these outlines mean."


def public_subjects(public: Path | None, without: Names[str]) -> dict[str, str]:
    """Names of the subjects that the public data bring, each with its data set.

    Args:
        public: folder of the public data sets, or None.
        without: names of subjects or data sets that are left out.
    """
    if public is None:
        return {}
    sets = {name: name for name in LOADERS} | PAINTED | dict.fromkeys(spine_names(public), SPINES)
    return {
        name: data_set
        for name, data_set in sets.items()
        if not {name, data_set} & set(without) and is_present(public, data_set)
    }


@dataclass(frozen=True)
class Told:
    """A collection and where its subjects come from.

    Attributes:
        collection: what was loaded.
        public: of the subjects of public data, the data set; every other subject is a user's own.
    """

    collection: Collection
    public: Mapping[str, str]

    @property
    def own(self) -> list[str]:
        """Names of the user's own subjects, in alphabetical order."""
        return sorted(self.collection.subjects.keys() - self.public.keys())

    @property
    def cases(self) -> list[str]:
        """People or cases that were learned from, whatever number of images each has, in alphabetical order."""
        return sorted({subject.case_name for subject in self.collection.subjects.values()})

    @property
    def sets(self) -> set[str]:
        """Public data sets that samples are made from."""
        used = {self.public[name] for name in self.collection.subjects if name in self.public}
        return used | ({SHAPES} if self.collection.shapes else set())

    def data(self) -> list[dict[str, str]]:
        """Data sets with their licences, then the user's own subjects."""
        cited = [dict(entry) for entry in CITATIONS if entry["name"] in self.sets]
        return cited + [{"name": name, "use": "user's own subject"} for name in self.own]

    def synthesis(self) -> str:
        """How samples were made."""
        scanned = [self.collection.subjects[name] for name in self._scanned()]
        steps = [DEFORMED + (ONTO_SHAPES if self.collection.shapes else "")]
        steps += [OBLIQUE] if any(subject.slice_mm is not None for subject in scanned) else []
        steps += [FROM_WATER_AND_FAT] if any(subject.fat is not None for subject in scanned) else []
        steps += [FROM_ONE_IMAGE] if any(subject.fat is None for subject in scanned) else []
        return "; ".join([*steps, SCANNER])

    def limitations(self, *, divides: bool) -> list[str]:
        """What these data cannot teach.

        Args:
            divides: whether the network tells iliocostalis from longissimus.
        """
        number = len({self.collection.subjects[name].case_name for name in self._scanned()})
        scanned = f"{number} scanned subject{'s' if number > 1 else ''}"
        sentences = [f"Learned from {scanned} with muscle labels (listed under training); everything else is synthesis."]
        public = [name for name in self._scanned() if name in self.public]
        of_public = "public " if self.own else ""
        sentences += [FEW_ILIACUS] if self.sets & set(PAINTED.values()) and not self.own else []
        sentences += [GENEROUS.format(of_public), NOT_SEEN.format(of_public)] if public else []
        sentences += self._unlabelled()
        sentences += self._division() if divides else []
        return sentences + ([OWN_DATA if self.sets else ONLY_OWN_DATA] if self.own else [])

    def _scanned(self) -> list[str]:
        """Subjects with muscle labels on a scan: those that are neither painted nor narrow views of a spine."""
        return [name for name in self.collection.subjects if name not in self.public or name in LOADERS]

    def _unlabelled(self) -> list[str]:
        known = {value for subject in self.collection.subjects.values() for value in np.unique(subject.labels).tolist()}
        # Samples are mirrored: a muscle labelled on one side is learned on both.
        learned = {structure.abbreviation for value, structure in BY_VALUE.items() if value in known}
        missing = [structure.abbreviation for value, structure in BY_VALUE.items() if value <= LAST_CLASS]
        names = ", ".join(name for name in dict.fromkeys(missing) if name not in learned)
        return (
            [f"No subject of this run has a label of {names}: their outlines were not learned from its data."]
            if names
            else []
        )

    def _division(self) -> list[str]:
        dividing = {name for name, subject in self.collection.subjects.items() if _divided(subject)}
        by_eye = len(dividing & self.public.keys())
        sentences = [DIVIDED_BY_EYE.format("two subjects" if by_eye == 2 else "one subject")] if by_eye else []
        sentences += [DIVIDED_BY_OWN] if dividing - self.public.keys() else []
        return sentences or [NOT_DIVIDED]


def _divided(subject: Subject) -> bool:
    return subject.division is not None
