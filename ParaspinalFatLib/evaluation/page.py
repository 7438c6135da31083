"""The page of an evaluation: what was judged, tables, plots and pictures, published figures beside ours."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ParaspinalFatLib.evaluation.by_slice import SliceFigures
from ParaspinalFatLib.evaluation.case_figures import WHOLE
from ParaspinalFatLib.evaluation.judging import Findings
from ParaspinalFatLib.evaluation.methods import Method
from ParaspinalFatLib.evaluation.pictures import best_median_worst, draw
from ParaspinalFatLib.evaluation.plots import area_panels, fat_panels, pictures_of
from ParaspinalFatLib.evaluation.published import PUBLISHED, PUBLISHED_MEASURES
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

SHOWN = {
    "dice": ("Dice", "", ".3f"), "iou": ("IoU", "", ".3f"), "hd95_mm": ("HD95", "mm", ".1f"),
    "average_surface_distance_mm": ("ASD", "mm", ".2f"), "relative_volume_difference_pct": ("RVD", "%", "+.1f"),
    "csa_error_pct": ("CSA error", "%", ".1f"), "ff_error_points": ("FF error", "points", "+.2f"),
    "recall_at_iou_0.75": ("recall at IoU 0.75", "", ".2f"), "ap_at_iou_0.75": ("AP at IoU 0.75", "", ".2f"),
}  # fmt: skip
FAT_SHOWN = {
    "kappa": ("kappa", "", ".2f"), "recall": ("recall", "", ".2f"), "specificity": ("specificity", "", ".2f"),
    "precision": ("precision", "", ".2f"), "f1": ("F1", "", ".2f"), "auc": ("AUC", "", ".2f"),
    "ff_error_points": ("FF error", "points", "+.1f"),
}  # fmt: skip
"""Measure to its heading, unit and format."""

DEFINITIONS = (
    "Every figure is the mean over cases (n). HD95: the larger one of the two directed 95th percentiles of the surface "
    "distances; ASD: average surface distance. RVD = (predicted - true volume) / true volume.",
    "CSA error: sum over slices of |predicted - true area| in per cent of the sum of true areas.",
    "FF error: mean fat fraction inside the predicted outline minus that inside the true one. By the case's Dixon images "
    "where it has them, else by Otsu's threshold inside each outline.",
    "Recall and AP at IoU 0.75: an instance is a structure in one slice. Label maps have no confidences, so all "
    "instances are tied, the precision-recall curve has one point, and AP is precision x recall.",
    "Voxels that the truth calls unknown take part in nothing. A structure that only the truth has gets Dice 0.",
    "Rows of levels are single slices: the one nearest to the middle of the disc.",
)


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
    """The whole page."""
    rows = outline_rows(judged.findings.cases)
    sections = [_what(judged), *_outlines(rows, judged), _beside_published(rows), *_fat(judged), *_plots(judged)]
    sections += [_left_out(judged.findings.left_out)]
    created = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="minutes")
    cases = len({one.item.case for one in judged.findings.cases})
    about = f"{cases} case{'s' * (cases != 1)}, {len(judged.methods)} method{'s' * (len(judged.methods) != 1)}"
    return Document("Evaluation of outlines and fat maps", about, created, tuple(sections))


def _what(judged: Judged) -> Section:
    cases = sorted({one.item.case for one in judged.findings.cases})
    contrasts = sorted({one.item.contrast for one in judged.findings.cases})
    lines = [("n", f"{len(cases)} cases"), ("contrasts", ", ".join(contrasts)), ("cases", ", ".join(cases[:40]))]
    if judged.splits:
        lines.append(("Monte-Carlo cross-validation", f"{judged.splits} random splits, a network trained in each"))
    lines += [(method.name, _in_words(method.about)) for method in judged.methods]
    blocks: list[Block] = [Facts(tuple(lines))]
    if judged.remarks:
        blocks.append(Bullets(tuple(judged.remarks)))
    if len(cases) < 10:
        blocks.append(Paragraph(f"n = {len(cases)}: too few to estimate how well this works on other scans."))
    withheld = {f"{name} ({method.name}: {reason})" for method in judged.methods for name, reason in method.withheld.items()}
    if withheld:
        blocks.append(Paragraph("Not outlined by the method, and so not judged: " + "; ".join(sorted(withheld)) + "."))
    return Section("What was judged", [*blocks, Bullets(DEFINITIONS)])


def _in_words(about: Mapping[str, object]) -> str:
    return "; ".join(f"{key.replace('_', ' ')} {plain(value)}" for key, value in about.items())


def _outlines(rows: Sequence[Mapping[str, object]], judged: Judged) -> Iterator[Section]:
    for method in judged.methods:
        own = [row for row in rows if row["method"] == method.name]
        blocks: list[Block] = []
        for contrast in sorted({str(row["contrast"]) for row in own}):
            here = [row for row in own if row["contrast"] == contrast]
            whole = [row for row in here if row["level"] == WHOLE]
            levels = [row for row in here if row["level"] != WHOLE]
            blocks.append(_table(f"{contrast}, whole stack", whole, SHOWN, ("structure", "side")))
            if levels:
                blocks.append(_table(f"{contrast}, by level", levels, SHOWN, ("level", "structure", "side")))
        chosen = best_median_worst([one for one in judged.findings.pictures if one.item.method == method.name])
        if chosen:
            width = PAGE_WIDTH_MM * len(chosen) / 3
            blocks.append(
                Picture(
                    draw(chosen), (width, width * 3.5 / (3.6 * len(chosen))), "Outlines on the best, median and worst slice",
                    "Best, median and worst slice by mean Dice over the structures of the slice (those of 100 mm2 or more).",
                )
            )  # fmt: skip
        yield Section(f"Outlines: {method.name}", blocks or [Paragraph("Nothing could be judged.")])


def _table(
    title: str, rows: Sequence[Mapping[str, object]], shown: Mapping[str, tuple[str, str, str]], keys: Sequence[str]
) -> TableBlock:
    """Measures beside each other, a row for each place."""
    places: dict[tuple[str, ...], dict[str, Mapping[str, object]]] = {}
    for row in rows:
        places.setdefault(tuple(str(row[key]) for key in keys), {})[str(row["measure"])] = row
    headings = [Heading(key) for key in keys] + [Heading("n", "cases", is_number=True)]
    headings += [Heading(name, unit, is_number=True) for name, unit, _ in shown.values()]
    cells = [
        (
            *place,
            str(next(iter(found.values()))["n"]),
            *(_cell(found.get(measure), how) for measure, (_, _, how) in shown.items()),
        )
        for place, found in places.items()
    ]
    return TableBlock(title, tuple(headings), tuple(cells))


def _cell(row: Mapping[str, object] | None, how: str) -> str:
    value = float(str(row["mean"])) if row else math.nan
    return format(value, how) if math.isfinite(value) else "–"


def _beside_published(rows: Sequence[Mapping[str, object]]) -> Section:
    whole = [row for row in rows if row["level"] == WHOLE]
    origins = sorted({(str(row["method"]), str(row["contrast"])) for row in whole})
    headings = [Heading("structure"), Heading("measure"), Heading("published", share=2.0)]
    headings += [Heading(f"{method}, {contrast}", "right / left", is_number=True) for method, contrast in origins]
    lines = []
    for one in PUBLISHED:
        ours = [
            " / ".join(
                f"{float(str(row['mean'])):.3f}"
                for row in whole
                if (row["method"], row["contrast"]) == origin
                and (row["structure"], row["measure"]) == (one.structure, one.measure)
                and math.isfinite(float(str(row["mean"])))
            )
            for origin in origins
        ]
        if any(ours):
            lines.append(
                (
                    one.structure,
                    PUBLISHED_MEASURES[one.measure],
                    f"{one.value}: {one.source}",
                    *(cell or "–" for cell in ours),
                )
            )
    note = (
        "Published figures are those of the authors on their own scans, levels and annotation rules. They stand here for "
        "orientation; the data differ, so no figure here shows that one method is better than another."
    )
    return Section(
        "Published figures beside these", [Paragraph(note), TableBlock("Mean over cases", tuple(headings), tuple(lines))]
    )


def _fat(judged: Judged) -> Iterator[Section]:
    rows = fat_rows(judged.findings.fat)
    if not rows:
        return
    note = (
        "Inside the true outlines, voxel by voxel, against the fat fraction of the case's Dixon images; a voxel with more "
        "than half fat is a fat voxel. AUC of a map of 0 and 1 is the mean of recall and specificity."
    )
    blocks: list[Block] = [Paragraph(note)]
    for contrast in sorted({str(row["contrast"]) for row in rows}):
        own = [row for row in rows if row["contrast"] == contrast]
        blocks.append(_table(contrast, own, FAT_SHOWN, ("method", "structure", "side")))
    yield Section("Fat maps", blocks)


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
            "Dots are slices. Slices of one case are not independent: the limits are too narrow for new cases.", True
        )
        yield Section(f"Agreement by slice: {title}", [note, *blocks])


def _left_out(left_out: Sequence[tuple[str, str, str, str]]) -> Section:
    if not left_out:
        return Section("Left out", [Paragraph("Nothing was left out.")])
    headings = (Heading("case"), Heading("contrast"), Heading("method"), Heading("reason", share=4.0))
    return Section("Left out", [TableBlock("What could not be judged", headings, tuple(left_out))])
