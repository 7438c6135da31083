"""The report of one case: what a reader files, from the folder of its results and, where they are at hand, its images."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ParaspinalFatLib.fat.methods import METHODS
from ParaspinalFatLib.imaging.roles import Images, Role
from ParaspinalFatLib.report.case_files import CaseFiles
from ParaspinalFatLib.report.case_tables import Notes, level_tables, whole_table
from ParaspinalFatLib.report.document import (
    PAGE_WIDTH_MM,
    Block,
    Bullets,
    Document,
    Facts,
    Heading,
    Paragraph,
    Picture,
    Section,
    TableBlock,
)
from ParaspinalFatLib.report.patient import Lines
from ParaspinalFatLib.report.profiles import profile_picture

TITLE = "Paraspinal muscles on lumbar MRI: fat and size"

ROLES = {
    Role.ANATOMY.value: "conventional image",
    Role.WATER.value: "Dixon water image",
    Role.FAT.value: "Dixon fat image",
    Role.FAT_FRACTION.value: "fat-fraction map",
    Role.IN_PHASE.value: "Dixon in-phase image",
    Role.OPPOSED_PHASE.value: "Dixon opposed-phase image",
    "mask": "outlines",
    "levels": "levels",
}
"""Role of an input to its name on paper."""

VERDICTS = {
    "open": "not yet judged",
    "accepted": "accepted",
    "corrected": "accepted after correction",
    "rejected": "rejected",
}

DEFINITIONS = (
    "Fat fraction (FF): mean of the fat fractions of the voxels inside the outline. Lean area: area that is not fat. "
    "Area (CSA): cross-sectional area in the slice nearest to the level, as acquired, not corrected for oblique slices. "
    "Area / disc area (rCSA): area divided by the area of the disc in the same slice. Side difference: "
    "(larger - smaller) / larger; common in healthy people. Right and left are the patient's."
)


@dataclass(frozen=True)
class Shown:
    """What is told beside the results.

    Attributes:
        name: of the case; empty in an anonymised report.
        patient, examination: lines of a DICOM header; empty where there is none, or in an anonymised report.
        images: of the case, for the size of their voxels; empty where they are not at hand.
        pictures: of the levels; empty to show the overlay that lies in the folder.
        anonymised: names of cases and files are left out, and sex and age stay.
    """

    name: str = ""
    patient: Lines = ()
    examination: Lines = ()
    images: Images | Mapping[Role, Any] = ()  # type: ignore[assignment]
    pictures: Sequence[Picture] = ()
    anonymised: bool = False


def case_report(case: CaseFiles, shown: Shown) -> Document:
    """Put the report of a case together.

    Args:
        case: the folder of its results.
        shown: what is known beside them.

    Raises:
        MissingPackageError: matplotlib is not installed.
    """
    about = "Anonymised case" if shown.anonymised else f"Case {shown.name or case.name}"
    notes = Notes()
    whole = whole_table(case.table, notes)
    levels = level_tables(case.table, notes)
    sections = [
        Section("Patient and examination", [Facts(_patient(case, shown)), Facts(_examination(case, shown))]),
        Section("Quality", _quality(case)),
        Section("Muscles over the whole scan", [whole]),
        _pictures(case, shown),
        Section("Muscles by level", levels or [Paragraph("No level is known in this scan.")], new_page=True),
        Section("Notes to the tables", [*_numbered(notes), Paragraph(DEFINITIONS, is_note=True)]),
        _profiles(case),
        Section("Review by a reader", _review(case)),
        Section("How these figures were made", _provenance(case, shown)),
    ]
    created = str(case.provenance.get("created", ""))
    return Document(TITLE, about, f"Measured {created}" if created else "", tuple(one for one in sections if one.blocks))


def _patient(case: CaseFiles, shown: Shown) -> Lines:
    person = case.marker.get("person") or case.provenance.get("parameters") or {}
    lines = [("Patient", "anonymised")] if shown.anonymised else [("Case", shown.name or case.name), *shown.patient]
    if not shown.anonymised and case.marker.get("session"):
        lines.append(("Visit", str(case.marker["session"])))
    known = {name for name, _ in lines}
    if person.get("sex") and "Sex" not in known:
        lines.append(("Sex", str(person["sex"])))
    if person.get("age_years") is not None and "Age" not in known:
        lines.append(("Age", f"{person['age_years']:g} years"))
    return tuple(lines)


def _examination(case: CaseFiles, shown: Shown) -> Lines:
    inputs = {role: entry for role, entry in (case.provenance.get("inputs") or {}).items() if role in ROLES}
    named = [ROLES[role] if shown.anonymised else _input(role, entry) for role, entry in inputs.items()]
    lines = [] if shown.anonymised else list(shown.examination)
    lines += [("Images and files", "; ".join(named))] if named else []
    lines += [("Voxels", text)] if (text := _voxels(case, shown)) else []
    method = _fat_method(case)
    lines += [("Fat measured by", f"{METHODS[method].title}" if method in METHODS else method)] if method else []
    lines.append(("Outlined by", _outlined_by(case)))
    levels = dict.fromkeys(str(row["level"]) for row in case.table.select(region="level"))
    lines.append(("Levels", ", ".join(reversed(levels)) if levels else "none known"))
    return tuple(lines)


def _input(role: str, entry: Mapping[str, Any]) -> str:
    return f"{ROLES[role]} ({entry['name']})" if entry.get("name") else ROLES[role]


def _voxels(case: CaseFiles, shown: Shown) -> str:
    protocol = case.marker.get("protocol") or _grid(shown)
    if not protocol:
        return ""
    size = " x ".join(f"{protocol[name]:.3g}" for name in ("column_mm", "row_mm"))
    return f"{protocol['slices']} slices, {size} mm in the slice, {protocol['slice_mm']:.3g} mm from slice to slice"


def _grid(shown: Shown) -> dict[str, Any]:
    from ParaspinalFatLib.imaging.axial import axial_view

    if not shown.images:
        return {}
    view = axial_view(next(iter(shown.images.values()))).image
    column, row, along = view.spacing
    return {"slices": view.array.shape[0], "column_mm": column, "row_mm": row, "slice_mm": along}


def _fat_method(case: CaseFiles) -> str:
    methods = (str(row["fat_method"]) for row in case.table if row["fat_method"])
    return next(methods, "")


def _outlined_by(case: CaseFiles) -> str:
    weights = (case.provenance.get("network") or {}).get("weights") or {}
    if weights:
        return f"network {weights.get('name')} {weights.get('version')}"
    return "outlines that were given (not by this program's network in this run)"


def _quality(case: CaseFiles) -> list[Block]:
    sentences = [str(one["sentence"]) for one in case.provenance.get("observations") or () if one.get("sentence")]
    left_out = (case.provenance.get("voxels_left_out") or {}).get("voxels") or {}
    if left_out:
        named = ", ".join(f"{name} {count}" for name, count in left_out.items())
        sentences.append(f"Voxels without a fat fraction, left out of every fat figure: {named}.")
    if not sentences:
        return [Paragraph("The program noticed nothing unusual. That does not replace looking at the outlines.")]
    return [Bullets(tuple(sentences))]


def _pictures(case: CaseFiles, shown: Shown) -> Section:
    title = "Outlines and fat fraction by level"
    if shown.pictures:
        remark = "Seen from below: the patient's right is on the left of each picture."
        return Section(title, [Paragraph(remark, is_note=True), *shown.pictures], new_page=True)
    if case.overlay is None:
        return Section(title, [])
    width, height = png_size(case.overlay)
    picture = Picture(case.overlay, (PAGE_WIDTH_MM, PAGE_WIDTH_MM * height / width), "slices with outlines and fat fraction")
    return Section(title, [picture], new_page=True)


def png_size(content: bytes) -> tuple[int, int]:
    """Width and height of a PNG file in pixels, from its first chunk (PNG specification, 11.2.1)."""
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def _profiles(case: CaseFiles) -> Section:
    picture = profile_picture(case.table)
    return Section("Profiles along the spine, left against right", [picture] if picture else [])


def _numbered(notes: Notes) -> list[Block]:
    return [Paragraph(f"[{number}] {text}", is_note=True) for number, text in enumerate(notes.texts, 1)]


def _review(case: CaseFiles) -> list[Block]:
    if case.review is None:
        return [Paragraph("No reader has reviewed these outlines.")]
    headings = (
        Heading("Level"),
        Heading("Verdict", share=1.6),
        Heading("Initials"),
        Heading("When", share=1.6),
        Heading("", share=2),
    )
    rows = tuple(
        (
            row.get("level", ""),
            VERDICTS.get(row.get("verdict", ""), row.get("verdict", "")),
            row.get("initials", ""),
            row.get("reviewed_at", ""),
            "outlines changed after the verdict" if row.get("changed_since") == "yes" else "",
        )
        for row in reversed(case.review)
    )
    judged = sum(row.get("verdict", "open") != "open" for row in case.review)
    return [Paragraph(f"{judged} of {len(rows)} levels judged."), TableBlock("", headings, rows, together=True)]


def _provenance(case: CaseFiles, shown: Shown) -> list[Block]:
    record = case.provenance
    program = record.get("program") or {}
    weights = (record.get("network") or {}).get("weights") or {}
    lines = [
        ("Program", f"{program.get('name', 'ParaspinalFat')} {program.get('version', '')}".strip()),
        ("Measured", str(record.get("created", "not recorded"))),
    ]
    if weights:
        lines.append(("Network", f"{weights.get('name')} {weights.get('version')}, SHA-256 {weights.get('sha256')}"))
    fat = record.get("fat") or {}
    settings = ", ".join(
        f"{name.replace('_', ' ')} {_plain(value)}" for name, value in (fat.get("parameters") or {}).items()
    )
    lines.append(("Fat method", f"{_fat_method(case)}{f' ({settings})' if settings else ''}"))
    for role, entry in (record.get("inputs") or {}).items():
        name = "" if shown.anonymised or not entry.get("name") else f"{entry['name']}, "
        lines.append((ROLES.get(role, role).capitalize(), f"{name}SHA-256 {entry.get('sha256', 'not recorded')}"))
    versions = record.get("versions") or {}
    listed = ", ".join(f"{name} {version}" for name, version in versions.items() if name != "system")
    lines += [("Packages", listed)] if listed else []
    return [Facts(tuple(lines))]


def _plain(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    return ", ".join(map(_plain, value)) if isinstance(value, list) else str(value)
