"""Levels named in subjects kept out of training: in whole and in cut fields of view, sagittal and as axial stacks show them.

python -m ParaspinalFatLib.training.levels.evaluation --data DIR --weights CARD --output JSON
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from ParaspinalFatLib.files import written_whole
from ParaspinalFatLib.level_naming import counted
from ParaspinalFatLib.measurement.level_counting import Counting
from ParaspinalFatLib.measurement.level_names import LevelKind, discs_upwards
from ParaspinalFatLib.measurement.spine_classes import PLANE_PIXEL_MM
from ParaspinalFatLib.training.levels.sample import coarse_rows
from ParaspinalFatLib.training.levels.spines import SETS, Spine, load_spine

Look = Callable[[npt.NDArray[np.float32]], npt.NDArray[np.float32]]

SLICE_MM = {"sagittal": 0.0, "as an axial stack of 4 mm slices": 4.0}
"""Ways of seeing a plane to the distance of its rows."""

CUT_MM = {
    "whole field": None,
    "cut 45 mm above the L5/S1 disc": 45.0,
    "cut at the middle of L5": 18.0,
    "cut 15 mm below the L5/S1 disc": -15.0,
}
"""Fields of view to where their lower end lies above the disc on the sacrum."""

SAME_DISC_MM = 14.0


@dataclass(frozen=True)
class Naming:
    """How one plane was named.

    Attributes:
        subject, seen, field: what was looked at.
        told: whether names were given.
        wrong: whether any disc got another disc's name.
        right: discs with their own name.
        errors_mm: distance of each of these from its true middle.
        confidence, reason: as counted.
    """

    subject: str
    seen: str
    field: str
    told: bool
    wrong: bool
    right: int
    errors_mm: tuple[float, ...]
    confidence: float
    reason: str


def evaluate(spines: Sequence[Spine], look: Look) -> list[Naming]:
    """Name every subject in every way of seeing and every field of view.

    Args:
        spines: subjects kept out of training.
        look: the network: planes (n, h, w) to probabilities (n, classes, h, w).
    """
    return [
        _named(spine, look, seen, field)
        for spine in spines
        for seen in SLICE_MM
        for field in CUT_MM
        if CUT_MM[field] is None or np.isfinite(spine.discs[0]).all() or CUT_MM[field] >= 0  # type: ignore[operator]
    ]


def _named(spine: Spine, look: Look, seen: str, field: str) -> Naming:
    middle = len(spine.images) // 2
    planes = [
        ndimage.zoom(plane, 1 / PLANE_PIXEL_MM, order=1) for plane in spine.images[max(0, middle - 2) : middle + 3 : 2]
    ]
    scale = np.array([(a - 1) / (b - 1) for a, b in zip(planes[0].shape, spine.images.shape[1:], strict=True)])
    if SLICE_MM[seen]:
        planes = [coarse_rows(np.mean(planes, axis=0), SLICE_MM[seen])]
    first = 0 if CUT_MM[field] is None else _first_row(spine, CUT_MM[field], float(scale[0]))  # type: ignore[arg-type]
    _, counting = counted(look(np.stack([plane[first:] for plane in planes])))
    return _judged(spine, seen, field, counting, first, scale)


def _first_row(spine: Spine, above_mm: float, scale: float) -> int:
    """Row of a plane that lies so far above the lowest disc (where it is not labelled, 36 mm below the next)."""
    lowest = spine.discs[0][0] if np.isfinite(spine.discs[0][0]) else spine.discs[1][0] - 36.0
    return max(0, round((lowest + above_mm) * scale))


def _judged(spine: Spine, seen: str, field: str, counting: Counting, first: int, scale: npt.NDArray[np.float64]) -> Naming:
    names = dict(zip(discs_upwards("L5/S1"), spine.discs, strict=False))
    errors, wrong = [], False
    for level in counting.levels:
        if level.kind is not LevelKind.DISC:
            continue
        place = np.array([level.row + first, level.column]) / scale
        distances = {name: float(np.hypot(*(place - point))) for name, point in names.items() if np.isfinite(point).all()}
        nearest = min(distances, key=lambda name: distances[name])
        if distances[nearest] > SAME_DISC_MM:
            continue
        if nearest == level.name:
            errors.append(distances[nearest])
        else:
            wrong = True
    told = bool(counting.levels)
    return Naming(spine.name, seen, field, told, wrong, len(errors), tuple(errors), counting.confidence, counting.reason)


def summary(namings: Sequence[Naming]) -> list[dict[str, object]]:
    """One row for each way of seeing and field of view.

    A subject is named rightly if at least one disc has its own name and none another's; elsewhere if names were given, but
    only to places where no disc is.
    """
    rows: list[dict[str, object]] = []
    for seen in SLICE_MM:
        for field in CUT_MM:
            group = [one for one in namings if one.seen == seen and one.field == field]
            errors = [error for one in group for error in one.errors_mm]
            rows.append(
                {
                    "seen": seen,
                    "field": field,
                    "subjects": len(group),
                    "named_rightly": sum(one.right > 0 and not one.wrong for one in group),
                    "cannot_tell": sum(not one.told for one in group),
                    "named_elsewhere": sum(one.told and not one.wrong and not one.right for one in group),
                    "wrong_names": sum(one.wrong for one in group),
                    "discs": len(errors),
                    "median_error_mm": round(float(np.median(errors)), 1) if errors else None,
                    "largest_error_mm": round(max(errors), 1) if errors else None,
                }
            )
    return rows


def network_look(card: Path) -> Look:
    """The network of a card, in this process."""
    from ParaspinalFatLib.segmentation.levels_card import read_levels_card
    from ParaspinalFatLib.segmentation.levels_prediction import predict_levels

    read = read_levels_card(card)
    return lambda planes: predict_levels(planes, read, device="cpu", threads=1)[0]


def main(arguments: list[str] | None = None) -> int:
    """Name the subjects that the card says were left out; writes the figures and prints them."""
    parser = argparse.ArgumentParser(prog="python -m ParaspinalFatLib.training.levels.evaluation", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public sagittal data sets")
    parser.add_argument("--weights", type=Path, required=True, help="card (.json)")
    parser.add_argument("--output", type=Path, required=True, help="JSON file for the figures")
    parser.add_argument("--onto-card", action="store_true", help="write the figures onto the card as well")
    options = parser.parse_args(arguments)
    card = json.loads(options.weights.read_text())
    left_out = card["training"]["left_out"]
    folders = [options.data / name / subject for name in SETS for subject in left_out]
    spines = [load_spine(folder) for folder in folders if folder.is_dir()]
    namings = evaluate(spines, network_look(options.weights))
    rows = summary(namings)
    content = {"summary": rows, "each": [asdict(one) for one in namings]}
    with written_whole(options.output) as path:
        path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    if options.onto_card:
        with written_whole(options.weights) as path:
            path.write_text(json.dumps(card | {"metrics": rows}, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    for row in rows:
        print(row)
    return 0


if __name__ == "__main__":
    sys.exit(main())
