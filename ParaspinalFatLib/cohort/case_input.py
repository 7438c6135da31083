"""One case of a cohort as the user described it: what to read, and where its results go."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.measurement.references import Person

LONGEST_LABEL = 64
"""Letters in the name of a participant or session: files named after both still fit into the 255 that disks allow."""


@dataclass(frozen=True, slots=True)
class CaseInput:
    """One case of a cohort.

    Attributes:
        name: what the tables call it; no two cases of a cohort have the same.
        participant, session: who, and which visit; the session is empty where there is none.
        folder: place of its results below the cohort's folder, with ``/``.
        images: role to path of an image file or DICOM folder.
        mask, levels, sagittal: path of a label image, a levels file, or a sagittal series of the same examination, or None.
        person: sex and age, as far as known.
        covariates: further columns of the manifest, as text.
        problem: why the case cannot be run, as far as its description shows; empty if nothing is wrong.
    """

    name: str
    participant: str
    session: str
    folder: str
    images: Mapping[Role, str]
    mask: str | None = None
    levels: str | None = None
    sagittal: str | None = None
    person: Person = Person()  # noqa: RUF009  frozen
    covariates: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""

    @property
    def paths(self) -> dict[str, str]:
        """Every file the case is made from: role, ``mask``, ``levels`` or ``sagittal`` to path."""
        found = {role.value: path for role, path in self.images.items()}
        others = {"mask": self.mask, "levels": self.levels, "sagittal": self.sagittal}
        return found | {name: path for name, path in others.items() if path}


def label_of(text: str, prefix: str) -> str:
    """A name as BIDS allows it in a folder: letters and digits only.

    >>> label_of("sub-Ward 3/017", "sub"), label_of("P_01", "sub")
    ('Ward3017', 'P01')
    """
    return re.sub(r"[^A-Za-z0-9]", "", text.strip().removeprefix(f"{prefix}-"))


def folder_of(participant: str, session: str = "") -> str:
    """Folder of a case's results below the cohort's folder.

    Raises:
        InputError: a name has neither a letter from A to Z nor a digit, or is too long.

    >>> folder_of("P-01"), folder_of("sub-07", "2")
    ('sub-P01', 'sub-07/ses-2')
    """
    labels = {"sub": label_of(participant, "sub")} | ({"ses": label_of(session, "ses")} if session else {})
    if not all(labels.values()):
        name = f"{participant} {session}".strip()
        raise InputError(f"The case {name!r} cannot name a folder. Use letters from A to Z and digits.")
    if max(map(len, labels.values())) > LONGEST_LABEL:
        raise InputError(f"The name {participant[:40]} ... is too long for a folder. Use at most {LONGEST_LABEL} letters.")
    return "/".join(f"{entity}-{label}" for entity, label in labels.items())


def require_distinct(cases: Iterable[CaseInput]) -> None:
    """Raise InputError if two cases have one name, or the folder of one would be that of another or lie within it.

    Folders that differ only by capital letters count as one, as they do on many disks.
    """
    names: set[str] = set()
    folders: dict[str, CaseInput] = {}
    for case in cases:
        if case.name in names:
            raise InputError(f"The case {case.name} is listed twice. Give every case a name of its own, or a session.")
        names.add(case.name)
        other = folders.setdefault(case.folder.lower(), case)
        if other is not case:
            raise InputError(
                f"The cases {other.name} and {case.name} would both be written to {case.folder}. Rename one: folders "
                "keep only letters and digits."
            )
    for folder, case in folders.items():
        outer = next((folders[str(above)] for above in PurePosixPath(folder).parents if str(above) in folders), None)
        if outer is not None:
            raise InputError(
                f"The folder of case {case.name} ({case.folder}) would lie within that of {outer.name}. Give every visit of "
                "a participant a session."
            )
