"""A cohort from a BIDS folder: which images it holds, and which of them belong to one case.

BIDS (bids-specification, "Magnetic Resonance Imaging") has suffixes for conventional contrasts, but none for the images of
a Dixon series. These are recognised by the words that are in use for them: the entity ``part`` (as in the data of the German
National Cohort, NAKO), ``acq`` or ``desc``, or the suffix itself (as in Muscle-BIDS).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ParaspinalFatLib.cohort.case_input import CaseInput, label_of, require_distinct
from ParaspinalFatLib.cohort.manifest import known, person_of
from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.measurement.references import Person

ENDINGS = (".nii.gz", ".nii")

CONVENTIONAL = ("T1w", "T2w", "PDw", "PDT2", "T2starw", "FLAIR", "inplaneT1", "inplaneT2")
"""Suffixes of images whose contrast is conventional."""

DIXON_WORDS = {
    "water": Role.WATER,
    "wat": Role.WATER,
    "w": Role.WATER,
    "fat": Role.FAT,
    "f": Role.FAT,
    "ff": Role.FAT_FRACTION,
    "pdff": Role.FAT_FRACTION,
    "fatfraction": Role.FAT_FRACTION,
    "ffmap": Role.FAT_FRACTION,
    "inphase": Role.IN_PHASE,
    "ip": Role.IN_PHASE,
    "in": Role.IN_PHASE,
    "outphase": Role.OPPOSED_PHASE,
    "oppphase": Role.OPPOSED_PHASE,
    "opposedphase": Role.OPPOSED_PHASE,
    "op": Role.OPPOSED_PHASE,
    "opp": Role.OPPOSED_PHASE,
}
"""Words, in small letters, for the images of a Dixon series."""

ROLE_ENTITIES = ("part", "acq", "desc", "rec")
"""Entities that may hold such a word, in the order in which they are asked."""

_NAME = re.compile(r"(?P<entities>(?:[A-Za-z]+-[A-Za-z0-9.]+_)*)(?P<suffix>[A-Za-z0-9]+)")
_PERSON_COLUMNS = ("participant_id", "sex", "age")


def find_cases(folder: Path | str, *, suffix: str = "", acquisition: str = "") -> list[CaseInput]:
    """The cases of a BIDS data set.

    Images of one participant, session and remaining entities that show the parts of a Dixon series are one case; every
    conventional image is a case of its own. Where a session has several cases, each gets a folder named after what
    distinguishes it. ``participants.tsv`` gives sex, age and covariates.

    Args:
        folder: the data set (``sub-*/[ses-*/]...``); ``derivatives``, ``sourcedata`` and ``code`` are passed over.
        suffix: only images of this suffix, such as ``T2w``.
        acquisition: only images of this ``acq`` label.

    Raises:
        InputError: no such folder, or it holds no image that is recognised.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder. Give the folder of a BIDS data set.")
    groups: dict[tuple[str, str, str], dict[Role, str]] = {}
    for path in _images(folder):
        found = _recognised(path, suffix, acquisition)
        if found is not None:
            key, role = found
            images = groups.setdefault(key, {})
            if role in images:
                raise InputError(f"{path} and {images[role]} show the same of one case. Tell them apart by acq or run.")
            images[role] = str(path.absolute())
    if not groups:
        raise InputError(
            f"{folder} holds no image that is recognised. Expected: sub-*/[ses-*/]anat/sub-*_T2w.nii.gz and the like, or "
            "Dixon images such as sub-*_part-water_dixon.nii.gz."
        )
    cases = _cases(groups, _participants(folder / "participants.tsv"))
    require_distinct(cases)
    return cases


def _images(folder: Path) -> Iterator[Path]:
    for subject in sorted(folder.glob("sub-*")):
        if subject.is_dir():
            yield from sorted(path for path in subject.rglob("sub-*") if path.name.endswith(ENDINGS))


def _recognised(path: Path, wanted_suffix: str, wanted_acquisition: str) -> tuple[tuple[str, str, str], Role] | None:
    """(participant, session, what remains) and role of an image; None for a file that is not ours."""
    ending = next(ending for ending in ENDINGS if path.name.endswith(ending))
    match = _NAME.fullmatch(path.name.removesuffix(ending))
    if match is None:
        return None
    entities = dict(entity.split("-", 1) for entity in match["entities"].split("_") if entity)
    suffix = match["suffix"]
    if (wanted_suffix and suffix != wanted_suffix) or (wanted_acquisition and entities.get("acq", "") != wanted_acquisition):
        return None
    role = _role(entities, suffix)
    if role is None or entities.get("part") in ("phase", "real", "imag"):
        return None
    participant, session = entities.pop("sub", ""), entities.pop("ses", "")
    rest = "_".join([f"{entity}-{label}" for entity, label in entities.items()] + [suffix])
    return (participant, session, rest), role


def _role(entities: dict[str, str], suffix: str) -> Role | None:
    """The role, taken out of the entity that holds it, so that the parts of one series share the rest."""
    for entity in ROLE_ENTITIES:
        role = DIXON_WORDS.get(entities.get(entity, "").lower())
        if role is not None:
            del entities[entity]
            return role
    if suffix in CONVENTIONAL:
        return Role.ANATOMY
    return DIXON_WORDS.get(suffix.lower())


def _cases(
    groups: Mapping[tuple[str, str, str], Mapping[Role, str]], participants: Mapping[str, Mapping[str, str]]
) -> list[CaseInput]:
    merged = _one_suffix(groups)
    visits = [(participant, session) for participant, session, _rest in merged]
    return [
        _case(participant, session, rest if visits.count((participant, session)) > 1 else "", images, participants)
        for (participant, session, rest), images in merged.items()
    ]


def _one_suffix(
    groups: Mapping[tuple[str, str, str], Mapping[Role, str]],
) -> dict[tuple[str, str, str], dict[Role, str]]:
    """Put together what differs only by a suffix that is itself a Dixon word (``_wat``, ``_fat``, ``_ff``)."""
    merged: dict[tuple[str, str, str], dict[Role, str]] = {}
    for (participant, session, rest), images in groups.items():
        *others, suffix = rest.split("_")
        word = suffix.lower() in DIXON_WORDS
        key = (participant, session, "_".join([*others, "dixon"]) if word else rest)
        together = merged.setdefault(key, {})
        for role in together.keys() & images.keys():
            raise InputError(
                f"{images[role]} and {together[role]} show the same of one case. Tell them apart by acq or run."
            )
        together.update(images)
    return merged


def _case(
    participant: str,
    session: str,
    rest: str,
    images: Mapping[Role, str],
    participants: Mapping[str, Mapping[str, str]],
) -> CaseInput:
    parts = [f"sub-{participant}", *([f"ses-{session}"] if session else []), *([rest] if rest else [])]
    row = participants.get(participant, {})
    person, problem = Person(), ""
    try:
        person = person_of(row.get("sex", ""), row.get("age", ""))
    except InputError as error:
        problem = str(error)
    covariates = {name: cell for name, cell in row.items() if name not in _PERSON_COLUMNS}
    return CaseInput(
        "_".join(parts),
        f"sub-{participant}",
        session,
        "/".join(parts),
        dict(images),
        person=person,
        covariates=covariates,
        problem=problem,
    )


def _participants(path: Path) -> dict[str, dict[str, str]]:
    """Rows of ``participants.tsv`` by participant label; empty where there is no such file."""
    if not path.is_file():
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return dict(_labelled(csv.DictReader(file, delimiter="\t")))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} cannot be read ({error}). Save it as TSV in UTF-8.") from error


def _labelled(rows: Iterable[Mapping[str | None, str | None]]) -> Iterator[tuple[str, dict[str, str]]]:
    for row in rows:
        cells = {name.strip().lower(): known(cell) for name, cell in row.items() if name}
        yield label_of(cells.get("participant_id", ""), "sub"), cells
