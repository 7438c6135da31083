"""Published figures beside those of an evaluation."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

from ParaspinalFatLib.anatomy import COMPOSITES, Side
from ParaspinalFatLib.evaluation.case_figures import WHOLE
from ParaspinalFatLib.evaluation.measure_tables import FAT_MEASURES, Rows
from ParaspinalFatLib.evaluation.published import FAT_PUBLISHED, PUBLISHED, PUBLISHED_MEASURES, Published
from ParaspinalFatLib.report.document import Block, Bullets, Heading, Paragraph, Section, TableBlock

NOTE = (
    "Published figures are those of the authors on their own scans, levels and annotation rules. They stand here for "
    "orientation; the data differ, so no figure here shows that one method is better than another."
)


def outlines_beside_published(rows: Rows) -> Section:
    """A section with every published figure of a structure and measure that the evaluation has as well, by method.

    Args:
        rows: summary of outlines.
    """
    whole = [row for row in rows if row["level"] == WHOLE]
    blocks: list[Block] = [Paragraph(NOTE)]
    used: dict[Published, None] = {}
    for method in dict.fromkeys(str(row["method"]) for row in whole):
        table, shown = _table_of(method, [row for row in whole if row["method"] == method])
        if shown:
            blocks.append(table)
            used |= dict.fromkeys(shown)
    return Section("Published figures beside these", [*blocks, _sources(list(used))] if used else blocks)


def _table_of(method: str, rows: Rows) -> tuple[TableBlock, list[Published]]:
    contrasts = sorted({str(row["contrast"]) for row in rows})
    lines, shown = [], []
    for one in PUBLISHED:
        ours = [_of_both_sides(rows, contrast, one) for contrast in contrasts]
        if any(ours):
            place = (one.structure, PUBLISHED_MEASURES[one.measure], one.value, one.source.short)
            lines.append((*place, *(cell or "–" for cell in ours)))
            shown.append(one)
    headings = [Heading("structure"), Heading("measure"), Heading("published", share=1.6), Heading("source", share=1.4)]
    headings += [Heading(contrast, "right / left", is_number=True) for contrast in contrasts]
    return TableBlock(f"{method}: whole stacks", tuple(headings), tuple(lines)), shown


def _of_both_sides(rows: Rows, contrast: str, one: Published) -> str:
    """Right and left, whatever the order of the labels, a dash for a side that is not there; "" where nothing is."""
    found = {
        str(row["side"]): f"{float(str(row['mean'])):.3f}"
        for row in rows
        if row["contrast"] == contrast
        and (row["structure"], row["measure"]) == (one.structure, one.measure)
        and math.isfinite(float(str(row["mean"])))
    }
    if not found or Side.MIDLINE.value in found:
        return found.get(Side.MIDLINE.value, "")
    return " / ".join(found.get(side.value, "–") for side in (Side.RIGHT, Side.LEFT))


def fat_beside_published(rows: Rows) -> list[Block]:
    """A table of published figures of fat maps, and those of each method here as mean over the muscles.

    A muscle that is also there as its parts counts by these: no voxel counts twice.

    Args:
        rows: summary of fat maps.
    """
    origins = sorted({(str(row["contrast"]), str(row["method"])) for row in rows})
    headings = [Heading("measure"), Heading("published", share=1.6), Heading("source", share=1.4)]
    headings += [Heading(f"{method}, {contrast}", "mean over muscles", is_number=True) for contrast, method in origins]
    lines = []
    for one in FAT_PUBLISHED:
        name, unit, how = FAT_MEASURES[one.measure]
        ours = [
            [
                float(str(row["mean"]))
                for row in _finest(rows)
                if (row["contrast"], row["method"], row["measure"]) == (*origin, one.measure)
            ]
            for origin in origins
        ]
        means = [[value for value in values if math.isfinite(value)] for values in ours]
        cells = (format(statistics.fmean(values), how) if values else "–" for values in means)
        lines.append((f"{name}, {unit}" if unit else name, one.value, one.source.short, *cells))
    table = TableBlock("Published figures beside these", tuple(headings), tuple(lines))
    return [table, Paragraph(NOTE, True), _sources(FAT_PUBLISHED)]


def _finest(rows: Rows) -> Rows:
    """Without the coarser muscles of which every part has a row of its own."""
    keys = ("contrast", "method", "measure", "side")
    there = {(row["structure"], *(row[key] for key in keys)) for row in rows}
    return [
        row
        for row in rows
        if not (parts := COMPOSITES.get(str(row["structure"])))
        or any((part, *(row[key] for key in keys)) not in there for part in parts)
    ]


def _sources(used: Sequence[Published]) -> Bullets:
    return Bullets(tuple(dict.fromkeys(f"{one.source.short}: {one.source.about}." for one in used)))
