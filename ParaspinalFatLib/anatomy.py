"""Which structures exist: one table of names, sides, label values, colours and verified terminology codes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

RGB = tuple[float, float, float]


class Side(str, Enum):
    """The patient's side, decided from the image's affine."""

    RIGHT = "right"
    LEFT = "left"
    MIDLINE = "midline"


@dataclass(frozen=True)
class Code:
    """A terminology code: scheme designator, value and meaning as DICOM writes them."""

    scheme: str
    value: str
    meaning: str


SIDE_CODES = {
    Side.RIGHT: Code("SCT", "24028007", "Right"),
    Side.LEFT: Code("SCT", "7771000", "Left"),
}


@dataclass(frozen=True)
class Structure:
    """One structure on one side of the body: one value in a label image, one segment in Slicer.

    Attributes:
        value: voxel value in a label image (uint8, 1 to 255; 0 is background).
        abbreviation: the field's abbreviation, the ``structure`` column of the table ("MF").
        title: full name without the side ("multifidus").
        side: the patient's side, or midline.
        colour: RGB 0 to 1; right and left are two shades of one hue.
        code: verified SNOMED CT code, or None where no single verified code exists.
        is_muscle: fat is measured inside muscles only.
    """

    value: int
    abbreviation: str
    title: str
    side: Side
    colour: RGB
    code: Code | None
    is_muscle: bool

    @property
    def identifier(self) -> str:
        """Segment id and file-safe name, e.g. ``MF_right`` or ``canal``."""
        return self.abbreviation if self.side is Side.MIDLINE else f"{self.abbreviation}_{self.side.value}"

    @property
    def name(self) -> str:
        """Name shown to people, e.g. ``right multifidus``."""
        return self.title if self.side is Side.MIDLINE else f"{self.side.value} {self.title}"


LEFT_SHADE = 0.68
"""The left side has the right side's hue at this brightness."""


def _sct(value: str, meaning: str) -> Code:
    return Code("SCT", value, meaning)


def _pair(first_value: int, abbreviation: str, title: str, colour: RGB, code: Code | None) -> tuple[Structure, Structure]:
    darker = (colour[0] * LEFT_SHADE, colour[1] * LEFT_SHADE, colour[2] * LEFT_SHADE)
    return (
        Structure(first_value, abbreviation, title, Side.RIGHT, colour, code, True),
        Structure(first_value + 1, abbreviation, title, Side.LEFT, darker, code, True),
    )


def _midline(value: int, abbreviation: str, title: str, colour: RGB, code: Code | None) -> Structure:
    return Structure(value, abbreviation, title, Side.MIDLINE, colour, code, False)


# Hues after Okabe and Ito's palette, which stays distinguishable with the common colour-vision deficiencies.
# Multifidus, psoas, quadratus lumborum, iliacus, vertebral arch, body and sacrum carry no code: sources conflict or none was
# verified, and a code is never invented. (SCT 64038003, which some programs write for the psoas major, is the intercostal
# lymph node in DICOM's own dictionary, CID 8134.)
STRUCTURES: tuple[Structure, ...] = (
    *_pair(1, "MF", "multifidus", (0.95, 0.65, 0.05), None),
    *_pair(3, "ES", "erector spinae", (0.34, 0.71, 0.91), _sct("44947003", "Erector spinae muscle")),
    *_pair(5, "PM", "psoas major", (0.00, 0.72, 0.52), None),
    *_pair(7, "QL", "quadratus lumborum", (0.86, 0.52, 0.72), None),
    *_pair(9, "IC", "iliacus", (0.90, 0.40, 0.05), None),
    _midline(11, "IVD", "intervertebral disc", (0.94, 0.89, 0.26), _sct("360499006", "Intervertebral disc")),
    _midline(12, "VB", "vertebral body", (0.82, 0.78, 0.72), None),
    _midline(13, "VA", "vertebral arch", (0.35, 0.45, 0.85), None),
    _midline(14, "canal", "spinal canal", (0.55, 0.95, 0.95), _sct("61853006", "Vertebral canal")),
    _midline(15, "sacrum", "sacrum", (0.66, 0.60, 0.50), None),
    *_pair(16, "IL", "iliocostalis", (0.20, 0.55, 0.95), _sct("57651003", "Iliocostalis muscle")),
    *_pair(18, "LO", "longissimus", (0.55, 0.82, 0.98), _sct("88340001", "Longissimus muscle")),
)
"""Every structure this program knows, in the stable order of tables and segment lists (by label value)."""

BY_VALUE: dict[int, Structure] = {structure.value: structure for structure in STRUCTURES}
BY_IDENTIFIER: dict[str, Structure] = {structure.identifier: structure for structure in STRUCTURES}

COMPOSITES: dict[str, tuple[str, ...]] = {"ES": ("IL", "LO"), "ES+MF": ("ES", "MF")}
"""Coarser muscles and the finer ones that make them up. Derived upwards only: never a finer label from a coarser one."""

NOT_VALIDATED_ON_CONVENTIONAL_CONTRAST = frozenset({"PM", "QL", "IC"})
"""Muscles whose threshold fat fraction on T1 or T2 does not agree with Dixon (psoas ICC <= 0.01 for every method,
Wesselink 2024, NASSJ 17:100313; none published for quadratus lumborum and iliacus)."""


def mirrored(structure: Structure) -> Structure:
    """The same structure on the other side; a midline structure is its own mirror image.

    >>> mirrored(BY_IDENTIFIER["MF_right"]).identifier
    'MF_left'
    """
    if structure.side is Side.MIDLINE:
        return structure
    other = Side.LEFT if structure.side is Side.RIGHT else Side.RIGHT
    return BY_IDENTIFIER[f"{structure.abbreviation}_{other.value}"]
