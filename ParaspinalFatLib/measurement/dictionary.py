"""The data dictionary: what every column of the table means. Column help, CSV sidecar and documentation come from here."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from ParaspinalFatLib.files import written_whole


class Kind(str, Enum):
    """What the cells of a column hold."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"


REGIONS = ("whole", "level", "slice")
"""Rows describe the whole structure in the field of view, one named level, or one slice."""


@dataclass(frozen=True)
class Column:
    """One column of the table.

    Attributes:
        name: the column's header; ends in its unit where it has one.
        meaning: what the number says, for a reader who knows the field.
        unit: unit symbol, empty for text and pure numbers.
        formula: how it is computed, in the names of other columns; empty where there is nothing to compute.
        source: where the definition comes from.
        kind: what the cells hold.
        topic: ``key``, ``size``, ``fat``, ``signal``, ``reference`` or ``note``; a reason may speak for a whole topic.
        regions: the kinds of row in which it is filled; elsewhere it is empty by definition.
        muscles_only: whether it is empty by definition for discs, bones and the canal.
        both_sides_only: whether it is filled only in rows of both sides together.
    """

    name: str
    meaning: str
    unit: str = ""
    formula: str = ""
    source: str = ""
    kind: Kind = Kind.NUMBER
    topic: str = "size"
    regions: tuple[str, ...] = REGIONS
    muscles_only: bool = False
    both_sides_only: bool = False

    def applies_to(self, region: str, side: str, is_muscle: bool) -> bool:
        """Whether a cell of this column has a meaning in such a row; if it is empty there, the row gives a reason."""
        if region not in self.regions or (self.muscles_only and not is_muscle):
            return False
        return side == "both" or not self.both_sides_only


def _key(name: str, meaning: str, unit: str = "", kind: Kind = Kind.TEXT, regions: tuple[str, ...] = REGIONS) -> Column:
    return Column(name, meaning, unit, kind=kind, topic="key", regions=regions)


def _fat(name: str, meaning: str, unit: str, formula: str, source: str = "", regions: tuple[str, ...] = REGIONS) -> Column:
    return Column(name, meaning, unit, formula, source, topic="fat", regions=regions, muscles_only=True)


def _percentile(rank: int) -> Column:
    meaning = f"{rank}th percentile of the voxel fat fractions"
    return _fat(f"ff_p{rank}_pct", meaning, "%", f"{rank}th percentile of FF, linear between order statistics")


_SLICES = ("level", "slice")
_WHOLE = ("whole",)

_KEYS = (
    _key("structure", "Abbreviation of the structure: MF, ES, ES+MF, IL, LO, PM, QL, IC, IVD, VB, VA, canal, sacrum."),
    _key("side", "The patient's side: right, left, both (right and left together) or midline."),
    _key("region", "What the row covers: whole (all slices), level (the slice nearest to a named level), slice."),
    _key("level", "Name of the level.", regions=("level",)),
    _key("slice", "Slice number in axial order, 0 = most caudal.", kind=Kind.INTEGER, regions=_SLICES),
    _key("slice_position_mm", "Superior coordinate of the slice's centre.", "mm", Kind.NUMBER, _SLICES),
    _key(
        "level_distance_mm",
        "Distance of the level from the measured slice along the slice normal; positive: the level lies cranial of it.",
        "mm",
        Kind.NUMBER,
        ("level",),
    ),
)

_SIZE = (
    Column("voxels", "Voxels of the mask.", formula="count", kind=Kind.INTEGER),
    Column(
        "slice_count",
        "Slices that hold the mask; of sums, any part of it.",
        formula="count",
        kind=Kind.INTEGER,
        regions=_WHOLE,
    ),
    Column("csa_mm2", "Cross-sectional area in the slice, as acquired.", "mm2", "voxels x pixel area", regions=_SLICES),
    Column(
        "csa_perp_mm2",
        "Cross-sectional area corrected for slices oblique to the muscle, beside csa_mm2 and never instead of it. Of ES+MF "
        "and of both sides: the sum of the muscles, each along its own axis.",
        "mm2",
        "csa_mm2 x |cos obliquity|; muscle axis = tangent of a local quadratic fit through the mask's centroids",
        "Fit: Cleveland 1979, J Am Stat Assoc 74:829",
        regions=_SLICES,
        muscles_only=True,
    ),
    Column(
        "obliquity_deg",
        "Angle between slice normal and local muscle axis; of sums, the angle whose cosine is csa_perp_mm2 / csa_mm2.",
        "degree",
        regions=_SLICES,
        muscles_only=True,
    ),
    Column(
        "csa_mean_mm2",
        "Mean area over the slices that hold the mask; of sums, all parts of it.",
        "mm2",
        "mean of csa_mm2",
        regions=_WHOLE,
    ),
    Column("csa_max_mm2", "Largest area over the slices.", "mm2", "maximum of csa_mm2", regions=_WHOLE),
    Column("volume_ml", "Volume, gaps between slices included.", "mL", "voxels x voxel volume / 1000", regions=_WHOLE),
    Column(
        "rcsa",
        "Area relative to the disc of the same level.",
        formula="csa_mm2 / csa_mm2 of IVD in the same slice",
        source="JOR Spine 2024 (lumbar structure segmentation and intramuscular fat annotation)",
        regions=("level",),
        muscles_only=True,
    ),
    Column(
        "asymmetry_larger_pct",
        "Side difference relative to the larger side (of the area, in whole rows of the volume). Common in healthy people.",
        "%",
        "(larger - smaller) / larger x 100",
        muscles_only=True,
        both_sides_only=True,
    ),
    Column(
        "asymmetry_rl_pct",
        "Signed side difference (of the area, in whole rows of the volume); positive: the right side is larger.",
        "%",
        "(right - left) / mean of both x 100",
        muscles_only=True,
        both_sides_only=True,
    ),
    Column("centroid_r_mm", "Centre of the mask's voxels, coordinate towards the patient's right.", "mm"),
    Column("centroid_a_mm", "Centre of the mask's voxels, coordinate towards anterior.", "mm"),
    Column("centroid_s_mm", "Centre of the mask's voxels, coordinate towards superior.", "mm"),
)

_FAT = (
    Column("fat_method", "How the fat fraction was found.", kind=Kind.TEXT, topic="fat", muscles_only=True),
    Column(
        "ff_validity",
        "Whether agreement of this method with Dixon has been published for this muscle.",
        kind=Kind.TEXT,
        topic="fat",
        muscles_only=True,
    ),
    _fat(
        "ff_mean_pct", "Fat fraction, mean of the voxel ratios.", "%", "mean of FF = F / (F + W) x 100", "most Dixon studies"
    ),
    _fat(
        "ff_ratio_pct",
        "Fat fraction, ratio of the sums: bright voxels count more.",
        "%",
        "sum F / sum (F + W) x 100",
        "Zhang 2025, Radiol Artif Intell, doi 10.1148/ryai.240833",
    ),
    _fat("ff_median_pct", "Median of the voxel fat fractions.", "%", "median of FF"),
    _fat("ff_sd_pct", "Standard deviation of the voxel fat fractions.", "%", "sample standard deviation (n - 1) of FF"),
    _percentile(5),
    _percentile(25),
    _percentile(75),
    _percentile(95),
    _fat("fat_area_mm2", "Area of fat.", "mm2", "sum FF x pixel area", regions=_SLICES),
    _fat(
        "lean_area_mm2",
        "Area that is not fat, called functional area in many papers.",
        "mm2",
        "sum (1 - FF) x pixel area",
        regions=_SLICES,
    ),
    _fat("fat_volume_ml", "Volume of fat.", "mL", "sum FF x voxel volume / 1000", regions=_WHOLE),
    _fat(
        "lean_volume_ml",
        "Volume that is not fat (functional volume).",
        "mL",
        "sum (1 - FF) x voxel volume / 1000",
        regions=_WHOLE,
    ),
    Column(
        "voxels_without_ff",
        "Voxels of the mask without a fat fraction (no signal); left out of every fat figure, never taken as fat-free.",
        formula="count",
        kind=Kind.INTEGER,
        topic="fat",
        muscles_only=True,
    ),
)

_SIGNAL = (
    Column("si_image", "The image whose signal intensity is given.", kind=Kind.TEXT, topic="signal"),
    Column(
        "si_mean", "Mean signal intensity, in the image's own arbitrary unit.", "a.u.", "mean over the mask", topic="signal"
    ),
    Column(
        "csa_over_si",
        "Area divided by signal intensity; comparable only between scans of one protocol.",
        "mm2/a.u.",
        "csa_mm2 / si_mean",
        "Zhao 2021, J Orthop Surg Res 16 (paraspinal muscles after kyphoplasty)",
        topic="signal",
        regions=_SLICES,
    ),
)

_REFERENCE = (
    Column(
        "reference_source",
        "Published values that match method, muscle, side and level.",
        kind=Kind.TEXT,
        topic="reference",
        regions=("whole", "level"),
        muscles_only=True,
    ),
    Column(
        "reference_position",
        "Where the value lies among the published values.",
        kind=Kind.TEXT,
        topic="reference",
        regions=("whole", "level"),
        muscles_only=True,
    ),
)

_NOTES = (
    Column("derived_from", "direct: labelled as such; else the labels it is made of.", kind=Kind.TEXT, topic="note"),
    Column(
        "flags",
        "Codes of the observations that concern this row; part_missing: a muscle of this sum is not labelled here.",
        kind=Kind.TEXT,
        topic="note",
    ),
    Column("reason", "Why cells of this row are empty although they apply to it.", kind=Kind.TEXT, topic="note"),
)

COLUMNS: tuple[Column, ...] = _KEYS + _SIZE + _FAT + _SIGNAL + _REFERENCE + _NOTES
"""Every column, in the order of the table."""

BY_NAME: dict[str, Column] = {column.name: column for column in COLUMNS}

CASE = _key("case", "Name of the case.")
"""The first column of a table over many cases."""

_HEADINGS = ("name", "meaning", "unit", "formula", "source", "kind", "rows", "structures")


def _entry(column: Column) -> tuple[str, ...]:
    structures = "muscles" if column.muscles_only else "all"
    sides = ", both sides together" if column.both_sides_only else ""
    rows = ", ".join(column.regions)
    return (
        column.name,
        column.meaning,
        column.unit,
        column.formula,
        column.source,
        column.kind.value,
        rows,
        structures + sides,
    )


def help_text(column: Column) -> str:
    """One paragraph for a tooltip: meaning, unit, formula, source.

    >>> help_text(BY_NAME["csa_mm2"])
    'Cross-sectional area in the slice, as acquired. Unit: mm2. Formula: voxels x pixel area.'
    """
    parts = [column.meaning.rstrip(".")]
    parts += [f"Unit: {column.unit}"] if column.unit else []
    parts += [f"Formula: {column.formula}"] if column.formula else []
    parts += [f"Source: {column.source}"] if column.source else []
    return ". ".join(parts) + "."


def markdown(columns: Sequence[Column] = COLUMNS) -> str:
    """The data dictionary as a Markdown table."""
    lines = ["| " + " | ".join(_HEADINGS) + " |", "| " + " | ".join("---" for _ in _HEADINGS) + " |"]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in _entry(column)) + " |" for column in columns]
    return "\n".join(lines) + "\n"


def write_dictionary_csv(path: Path | str, columns: Sequence[Column] = COLUMNS) -> None:
    """Write the data dictionary as a CSV sidecar of a table.

    Raises:
        OutputError: the folder cannot be written.
    """
    with written_whole(path) as beside, beside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_HEADINGS)
        writer.writerows(_entry(column) for column in columns)


def write_dictionary_markdown(path: Path | str, columns: Sequence[Column] = COLUMNS) -> None:
    """Write the data dictionary as a Markdown page.

    Raises:
        OutputError: the folder cannot be written.
    """
    with written_whole(path) as beside:
        beside.write_text("# Columns of the table\n\n" + markdown(columns), encoding="utf-8")
