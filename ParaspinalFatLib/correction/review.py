"""A reader's verdict on the outlines of each level, and whether the outlines are still those that were judged."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.files import written_whole
from ParaspinalFatLib.measurement.table import plain_text


class Verdict(str, Enum):
    """What a reader said about the outlines of a level."""

    OPEN = "open"
    """Nothing yet."""
    ACCEPTED = "accepted"
    """Right as the network drew them, or as they were found."""
    CORRECTED = "corrected"
    """Right after correction by hand."""
    REJECTED = "rejected"
    """Not usable: image or outlines are too poor."""


@dataclass(frozen=True)
class LevelReview:
    """One verdict.

    Attributes:
        verdict: what was said.
        initials: who said it; may be empty.
        when: when, ISO 8601 with the offset to UTC.
        fingerprint: of the outlines that were judged (:func:`fingerprint`).
    """

    verdict: Verdict
    initials: str = ""
    when: str = ""
    fingerprint: str = ""


Review = Mapping[str, LevelReview]
"""Name of the level to the verdict on it; a level that is absent is open."""

UNSEEN = LevelReview(Verdict.OPEN)


@dataclass(frozen=True)
class LevelStatus:
    """A level of a case as a list of levels shows it.

    Attributes:
        level: its name.
        slices: the slices (axial order) whose outlines the verdict is about.
        review: the verdict.
        changed_since: whether outlines in these slices were changed after the verdict.
    """

    level: str
    slices: range
    review: LevelReview
    changed_since: bool

    @property
    def is_settled(self) -> bool:
        """Whether there is a verdict, and it is about the present outlines."""
        return self.review.verdict is not Verdict.OPEN and not self.changed_since


def statuses(review: Review, spans: Mapping[str, range], labels: npt.NDArray[np.uint8]) -> tuple[LevelStatus, ...]:
    """The levels of a case with their verdicts, from caudal to cranial.

    Args:
        review: the verdicts; those on levels that the case no longer has are passed over.
        spans: name of the level to its slices (:func:`measurement.level_spans.level_spans`).
        labels: the present labels in axial order.
    """
    found = []
    for level, slices in spans.items():
        one = review.get(level, UNSEEN)
        changed = one.verdict is not Verdict.OPEN and one.fingerprint != fingerprint(labels, slices)
        found.append(LevelStatus(level, slices, one, changed))
    return tuple(found)


def fingerprint(labels: npt.NDArray[np.uint8], slices: range) -> str:
    """SHA-256 of the outlines in some slices of a label array in axial order."""
    part = np.ascontiguousarray(labels[slices.start : slices.stop], dtype=np.uint8)
    return hashlib.sha256(repr(part.shape).encode() + part.tobytes()).hexdigest()


def to_json(review: Review) -> str:
    """A review as text that a scene can hold.

    >>> from_json(to_json({"L4/5": LevelReview(Verdict.REJECTED, "AB")}))["L4/5"].verdict
    <Verdict.REJECTED: 'rejected'>
    """
    return json.dumps({level: asdict(one) for level, one in review.items()}, sort_keys=True)


def from_json(text: str) -> dict[str, LevelReview]:
    """The review that :func:`to_json` wrote; what another version wrote and this one cannot read is left out."""
    try:
        content = json.loads(text)
        return {level: LevelReview(**{**one, "verdict": Verdict(one["verdict"])}) for level, one in content.items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}


COLUMNS = {
    "level": "name of the level",
    "first_slice": "most caudal slice that belongs to the level (0 = most caudal of the image)",
    "last_slice": "most cranial slice that belongs to the level",
    "verdict": "open, accepted (as found), corrected (right after correction) or rejected",
    "initials": "who gave the verdict",
    "reviewed_at": "when, ISO 8601",
    "changed_since": "yes if outlines in these slices were changed after the verdict",
}
"""Columns of the file of reviews, and what they mean."""


def write_review_csv(path: Path | str, levels: Iterable[LevelStatus]) -> None:
    """Write the verdicts beside a table of measurements, whose own columns stay as they are.

    Raises:
        OutputError: the folder cannot be written.
    """
    with written_whole(path) as beside, beside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, tuple(COLUMNS), lineterminator="\n")
        writer.writeheader()
        writer.writerows(record(one) for one in levels)


def record(one: LevelStatus) -> dict[str, object]:
    """A level's verdict as a row of :data:`COLUMNS`."""
    return {
        "level": plain_text(one.level),
        "first_slice": one.slices[0],
        "last_slice": one.slices[-1],
        "verdict": one.review.verdict.value,
        "initials": plain_text(one.review.initials),
        "reviewed_at": one.review.when,
        "changed_since": "yes" if one.changed_since else "no",
    }
