"""What an image shows, as far as its DICOM tags and its name say it: Dixon roles and conventional contrast.

Scanners write it in the image type (0008,0008) and in the series description: Siemens ``t1_vibe_dixon_tra_W``, GE
``WATER: Ax LAVA-Flex``, Philips ``mDIXON-Quant FF``. What none of them says is left open rather than guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ParaspinalFatLib.imaging.roles import Role

IMAGE_TYPE_WORDS = {
    Role.WATER: ("W", "WATER"),
    Role.FAT: ("F", "FAT"),
    Role.IN_PHASE: ("IP", "IN_PHASE", "INPHASE", "IN"),
    Role.OPPOSED_PHASE: ("OP", "OPP_PHASE", "OUT_PHASE", "OPPOSED_PHASE", "OUT_OF_PHASE", "OPP", "OUT"),
    Role.FAT_FRACTION: ("FF", "FAT_FRACTION", "FAT_FRAC", "FATFRAC", "PDFF"),
}
"""Values of the DICOM image type from the third one on, as Siemens, GE and Philips write them."""

WORDS = {
    Role.FAT_FRACTION: r"pdff|ff|fatfrac|fat frac|fat ?fraction|fat (percent|percentage|pct)|fat ?map",
    Role.OPPOSED_PHASE: r"(opposed|opp|out|out of)[ ]?phase|outofphase|opposed|outphase|oop",
    Role.IN_PHASE: r"in[ ]?phase",
    Role.WATER: r"water|wasser",
    Role.FAT: r"fat|fett",
}
"""Words of a name for each role, in the order in which they are looked for: "fat fraction" is no fat image."""

SHORT_WORDS = {
    Role.OPPOSED_PHASE: ("opp", "op"),
    Role.IN_PHASE: ("in", "ip"),
    Role.WATER: ("w",),
    Role.FAT: ("f",),
}
"""Abbreviations that mean a role only as the first or last word of a name."""

NOT_AN_IMAGE = r"r2 ?star|r2s|r2|t2 ?star ?map|b0|field ?map|wf|water ?frac(tion)?|phase ?map|in ?phase ?phase"
"""Maps that come with a Dixon acquisition and play no role here."""

SUPPRESSED = r"fs|fat ?sat|fatsat|fat ?saturated|fat ?supp(ressed|ression)?|spir|spair|stir|tirm|water ?exc(itation)?"
"""Words for suppressed fat, which hold "fat" or "water" and name no Dixon image."""

FAT_SUPPRESSED = ", fat suppressed"
"""After the contrast of such an image."""

CONTRASTS = {"T1": r"t1w?", "T2": r"t2w?", "PD": r"pdw?"}
"""Conventional contrasts by their words."""

BEFORE_A_WEIGHTING = ("t1", "t2", "pd")
"""Before a "W" these make it the W of "weighted"."""

BEFORE_AN_OPERATION = ("pre", "post")
"""Before an "op" these make it an operation."""

T2_ECHO_TIME_MS = 60.0
T1_ECHO_TIME_MS = 30.0
T1_REPETITION_TIME_MS = 1000.0
"""Spin echo: T2 from 60 ms echo time, T1 below 30 ms with a repetition time below 1 s (usual limits in lumbar protocols)."""


@dataclass(frozen=True)
class Tags:
    """DICOM attributes of a loaded series, as far as they are known.

    Attributes:
        image_type: ImageType (0008,0008), its values.
        series_description: SeriesDescription (0008,103E).
        scanning_sequence: ScanningSequence (0018,0020), its values.
        echo_time_ms, repetition_time_ms: (0018,0081), (0018,0080).
    """

    image_type: tuple[str, ...] = ()
    series_description: str = ""
    scanning_sequence: tuple[str, ...] = ()
    echo_time_ms: float | None = None
    repetition_time_ms: float | None = None


@dataclass(frozen=True)
class Recognition:
    """What an image shows.

    Attributes:
        role: its role in a case.
        contrast: in words: "Dixon water", "T2", "T2, fat suppressed"; empty if only the role is known.
        source: what said so, as a phrase: "its DICOM image type".
        stem: what is left of the name without the word for the role; the images of one acquisition share it.
    """

    role: Role
    contrast: str
    source: str
    stem: str


DIXON_NAMES = {
    Role.WATER: "Dixon water",
    Role.FAT: "Dixon fat",
    Role.IN_PHASE: "Dixon in phase",
    Role.OPPOSED_PHASE: "Dixon opposed phase",
    Role.FAT_FRACTION: "fat fraction",
}
"""Contrast in words."""


def recognised(name: str, tags: Tags | None = None) -> Recognition | None:
    """What an image shows by its tags, else its series description, else its name; None where none of them says it.

    >>> recognised("5: t1_vibe_dixon_tra_W").role.value
    'water'
    >>> recognised("T2W_TSE_ax").contrast
    'T2'
    >>> recognised("R2Star: IDEAL IQ") is None
    True
    """
    tags = tags or Tags()
    role = _role_of_image_type(tags.image_type)
    if role is not None:
        stem = _without_role(words_of(tags.series_description or name))
        return Recognition(role, DIXON_NAMES[role], "its DICOM image type", stem)
    for text, source in ((tags.series_description, "its series description"), (name, "its name")):
        found = _by_words(words_of(text), source)
        if found is not None:
            return found
    contrast = _contrast_of_times(tags)
    return Recognition(Role.ANATOMY, contrast, "its echo time", " ".join(words_of(name))) if contrast else None


def words_of(text: str) -> list[str]:
    """The words of a name in small letters, without numbers that count series or copies.

    >>> words_of("7: InPhase: Ax LAVA-Flex_1")
    ['in', 'phase', 'ax', 'lava', 'flex']
    """
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    return [word for word in re.split(r"[^A-Za-z0-9]+", parted.lower()) if word and not word.isdigit()]


def _role_of_image_type(values: tuple[str, ...]) -> Role | None:
    shown = {value.strip().upper() for value in values[2:]}
    for role in (Role.FAT_FRACTION, Role.OPPOSED_PHASE, Role.IN_PHASE, Role.WATER, Role.FAT):
        if shown & set(IMAGE_TYPE_WORDS[role]):
            return role
    return None


def _by_words(words: list[str], source: str) -> Recognition | None:
    text = " ".join(words)
    if not text or _has(NOT_AN_IMAGE, text):
        return None
    role = None if _has(SUPPRESSED, text) else _dixon_role(words)
    if role is not None:
        return Recognition(role, DIXON_NAMES[role], source, _without_role(words))
    contrast = next((name for name, pattern in CONTRASTS.items() if _has(pattern, text)), "")
    if not contrast:
        return None
    suppressed = FAT_SUPPRESSED if _has(SUPPRESSED, text) else ""
    return Recognition(Role.ANATOMY, contrast + suppressed, source, text)


def _dixon_role(words: list[str]) -> Role | None:
    text = " ".join(words)
    for role, pattern in WORDS.items():
        if _has(pattern, text):
            return role
    for role, short in SHORT_WORDS.items():
        if words[0] in short or (words[-1] in short and not _ordinary(words)):
            return role
    return None


def _ordinary(words: list[str]) -> bool:
    """Whether the last word belongs to the one before it: "T2 W" is weighted, "post op" follows an operation."""
    before, last = words[-2] if len(words) > 1 else "", words[-1]
    weighted = last == "w" and before in BEFORE_A_WEIGHTING
    return weighted or (last == "op" and before in BEFORE_AN_OPERATION)


def _without_role(words: list[str]) -> str:
    text = " ".join(words)
    for pattern in WORDS.values():
        text = re.sub(rf"\b({pattern})\b", " ", text)
    short = {word for known in SHORT_WORDS.values() for word in known}
    return " ".join(word for word in text.split() if word not in short)


def _contrast_of_times(tags: Tags) -> str:
    echo, repetition = tags.echo_time_ms, tags.repetition_time_ms
    if "SE" not in tags.scanning_sequence or echo is None or repetition is None:
        return ""
    if echo >= T2_ECHO_TIME_MS:
        return "T2"
    return "T1" if echo < T1_ECHO_TIME_MS and repetition < T1_REPETITION_TIME_MS else ""


def _has(pattern: str, text: str) -> bool:
    return re.search(rf"\b({pattern})\b", text) is not None
