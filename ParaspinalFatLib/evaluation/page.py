"""The page of an evaluation: what was judged, tables, plots and pictures, published figures beside ours."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ParaspinalFatLib.evaluation.beside_published import fat_beside_published, outlines_beside_published
from ParaspinalFatLib.evaluation.by_slice import SliceFigures
from ParaspinalFatLib.evaluation.case_figures import WHOLE
from ParaspinalFatLib.evaluation.definitions import DEFINITIONS, abbreviations
from ParaspinalFatLib.evaluation.judging import DIXON, Findings
from ParaspinalFatLib.evaluation.measure_tables import FAT_MEASURES, OUTLINE_MEASURES, Rows, in_order, measure_table
from ParaspinalFatLib.evaluation.methods import Method
from ParaspinalFatLib.evaluation.pictures import PANEL_INCHES, best_median_worst, draw
from ParaspinalFatLib.evaluation.plots import area_panels, fat_panels, pictures_of
from ParaspinalFatLib.evaluation.summary import fat_rows, outline_rows
from ParaspinalFatLib.provenance import plain
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

NAMED_CASES = 40
"""At most so many are listed."""

FEW_CASES = 10
"""Below this the page says that there are few."""

AP_OF_SCORES = "AP: area under the precision-recall curve; each outline is scored by its mean predicted probability."
AP_WITHOUT_SCORES = "AP: precision x recall, since these outlines come without scores."


@dataclass(frozen=True)
class Judged:
    """What the page is about.

    Attributes:
        findings: all figures.
        methods: that were judged.
        remarks: sentences of whoever ran it: what is special about these cases.
        splits: Monte-Carlo splits behind the figures; 0: none.
    """

    findings: Findings
    methods: Sequence[Method]
    remarks: Sequence[str] = ()
    splits: int = 0


def page(judged: Judged) -> Document:
    """The whole page: what was judged and how well, published figures, plots, levels, and what the words mean."""
    rows = in_order(outline_rows(judged.findings.cases))
    sections = [_what(judged), *_outlines(rows, judged), outlines_beside_published(rows), *_fat(judged)]
    sections += [*_levels(rows, judged), *_plots(judged), _left_out(judged.findings.left_out)]
    sections.append(Section("What the figures mean", [Bullets(DEFINITIONS)]))
    created = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="minutes")
    about = f"{_counted(len(_cases(judged)), 'case')}, {_counted(len(judged.methods), 'method')}"
    return Document("Evaluation of outlines and fat maps", about, created, tuple(sections))


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"


def _cases(judged: Judged) -> list[str]:
    return sorted({one.item.case for one in judged.findings.cases})


def _what(judged: Judged) -> Section:
    cases = _cases(judged)
    contrasts = sorted({one.item.contrast for one in judged.findings.cases})
    names = ", ".join(cases[:NAMED_CASES]) + f" and {len(cases) - NAMED_CASES} more" * (len(cases) > NAMED_CASES)
    lines = [("n", _counted(len(cases), "case")), ("cases", names), ("contrasts", ", ".join(contrasts))]
    if judged.splits:
        lines.append(("Monte-Carlo cross-validation", f"{judged.splits} random splits, a network trained in each"))
    lines += [(f"method: {method.name}", _in_words(method.about)) for method in judged.methods]
    if judged.findings.fat_network:
        lines.append(("fat network", _in_words(judged.findings.fat_network)))
    blocks: list[Block] = [Facts(tuple(lines))]
    if judged.remarks:
        blocks.append(Bullets(tuple(judged.remarks)))
    blocks += _remarks(DIXON, judged.findings)
    if len(cases) < FEW_CASES:
        blocks.append(Paragraph(f"n = {len(cases)}: too few to estimate how well this works on other scans."))
    withheld = {f"{name} ({method.name}: {reason})" for method in judged.methods for name, reason in method.withheld.items()}
    if withheld:
        blocks.append(Paragraph("Not outlined by the method, and so not judged: " + "; ".join(sorted(withheld)) + "."))
    shown = abbreviations({one.structure for one in judged.findings.cases})
    blocks.append(
        Paragraph(f"{shown} Right and left are the patient's. What the figures mean stands at the end.".lstrip(), True)
    )
    return Section("What was judged", blocks)


def _in_words(about: Mapping[str, object]) -> str:
    return "; ".join(f"{key.replace('_', ' ')} {_value(value)}" for key, value in about.items() if value not in ([], ()))


def _value(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(plain(value))


def _outlines(rows: Rows, judged: Judged) -> Iterator[Section]:
    for method in judged.methods:
        own = [row for row in rows if row["method"] == method.name and row["level"] == WHOLE]
        blocks: list[Block] = list(_remarks(method.name, judged.findings))
        for contrast in sorted({str(row["contrast"]) for row in own}):
            here = [row for row in own if row["contrast"] == contrast]
            blocks.append(measure_table(f"{contrast}: whole stack", here, OUTLINE_MEASURES, ("structure", "side")))
        if own:
            scored = any(math.isfinite(one.score) for one in judged.findings.slices if one.item.method == method.name)
            blocks.append(Paragraph(AP_OF_SCORES if scored else AP_WITHOUT_SCORES, True))
        chosen = best_median_worst([one for one in judged.findings.pictures if one.item.method == method.name])
        if chosen:
            width = PAGE_WIDTH_MM * len(chosen) / 3
            blocks.append(
                Picture(
                    draw(chosen),
                    (width, width * PANEL_INCHES[1] / (PANEL_INCHES[0] * len(chosen))),
                    "Outlines on the best, median and worst slice",
                    "Best, median and worst slice by mean Dice over the structures of the slice (those of 100 mm2 or more). "
                    "R: the patient's right.",
                )
            )
        yield Section(f"Outlines: {method.name}", blocks or [Paragraph("Nothing could be judged.")])


def _remarks(method: str, findings: Findings) -> Iterator[Block]:
    """What the reader must know before the figures of a method."""
    rows = tuple((case, contrast, remark) for case, contrast, name, remark in findings.remarks if name == method)
    if rows:
        headings = (Heading("case"), Heading("contrast"), Heading("remark", share=5.0))
        yield TableBlock("Read this first", headings, rows)


def _levels(rows: Rows, judged: Judged) -> Iterator[Section]:
    for method in judged.methods:
        own = [row for row in rows if row["method"] == method.name and row["level"] != WHOLE]
        blocks: list[Block] = []
        for contrast in sorted({str(row["contrast"]) for row in own}):
            here = [row for row in own if row["contrast"] == contrast]
            ordered = [row for level in sorted({str(row["level"]) for row in here}) for row in here if row["level"] == level]
            title = f"{contrast}: slices at the middle of the discs"
            blocks.append(measure_table(title, ordered, OUTLINE_MEASURES, ("level", "structure", "side")))
        if blocks:
            yield Section(f"By level: {method.name}", blocks)


def _fat(judged: Judged) -> Iterator[Section]:
    rows = in_order(fat_rows(judged.findings.fat))
    if not rows:
        return
    note = (
        "Inside the true outlines, voxel by voxel, against the fat fraction of the case's Dixon images; a voxel with more "
        "than half fat is a fat voxel. AUC of a map of 0 and 1 is the mean of recall and specificity. kappa: Cohen's; FF "
        "error: mean fat fraction by the method minus that by Dixon. MSE, MAPE: mean over cases of its square, and of its "
        "size in per cent of the fraction by Dixon (none where that is 0)."
    )
    methods = dict.fromkeys(str(row["method"]) for row in rows)
    blocks: list[Block] = [block for method in methods for block in _remarks(method, judged.findings)]
    blocks.append(Paragraph(note))
    for contrast in sorted({str(row["contrast"]) for row in rows}):
        own = [row for row in rows if row["contrast"] == contrast]
        blocks.append(measure_table(contrast, own, FAT_MEASURES, ("method", "structure", "side")))
    yield Section("Fat maps", [*blocks, *fat_beside_published(rows)])


def _plots(judged: Judged) -> Iterator[Section]:
    for method in judged.methods:
        own = [one for one in judged.findings.slices if one.item.method == method.name]
        for contrast in sorted({one.item.contrast for one in own}):
            yield from _plots_of(f"{method.name}, {contrast}", [one for one in own if one.item.contrast == contrast])


def _plots_of(title: str, slices: Sequence[SliceFigures]) -> Iterator[Section]:
    blocks: list[Block] = []
    for panels, quantity in ((area_panels(slices), "areas"), (fat_panels(slices), "fat fractions")):
        for png, (width, height) in pictures_of(panels):
            width_mm = min(PAGE_WIDTH_MM, width * 25.4)
            says = f"Scatter and Bland-Altman plots of {quantity} by slice, {title}"
            blocks.append(Picture(png, (width_mm, width_mm * height / width), says))
    if blocks:
        note = Paragraph(
            "Dots are slices, right and left ones. Slices of one case are not independent: the limits are too narrow for "
            "new cases.",
            True,
        )
        yield Section(f"Agreement by slice: {title}", [note, *blocks])


def _left_out(left_out: Sequence[tuple[str, str, str, str]]) -> Section:
    if not left_out:
        return Section("Left out", [Paragraph("Nothing was left out.")])
    headings = (Heading("case"), Heading("contrast"), Heading("method"), Heading("reason", share=4.0))
    return Section("Left out", [TableBlock("What could not be judged", headings, tuple(left_out))])
