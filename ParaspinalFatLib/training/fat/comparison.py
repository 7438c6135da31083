"""The learned fraction against the threshold methods, on scans whose fat fraction is known.

python -m ParaspinalFatLib.training.fat.comparison --data DIR --weights CARD --subject NAME --output DIR
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ParaspinalFatLib.agreement.detection import Detection, area_under_curve, detection
from ParaspinalFatLib.anatomy import BY_VALUE
from ParaspinalFatLib.fat.learned import PredictedFraction, fingerprint
from ParaspinalFatLib.fat.methods import fat_map_of
from ParaspinalFatLib.files import written_whole
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Images, Role
from ParaspinalFatLib.segmentation.fat_card import FatCard, read_fat_card
from ParaspinalFatLib.training.fat.known_scans import PAINTERS, PROTOCOLS, KnownScan, known_scan
from ParaspinalFatLib.training.subjects import LOADERS, Subject

METHODS: dict[str, tuple[str, Mapping[str, object]]] = {
    "learned": ("learned", {}),
    "learned, binary": ("learned", {"binary": True}),
    "otsu": ("otsu", {}),
    "otsu, bias corrected": ("otsu", {"bias_correction": True}),
    "seed004": ("seed004", {}),
    "gmm3": ("gmm3", {}),
    "gmm3, bias corrected": ("gmm3", {"bias_correction": True}),
}
"""Name in the tables to method and options."""

LOADS = (0.0, 0.2, 0.4, 0.6)
SLICE_STEP = 3
FEWEST_VOXELS = 200
"""Muscles with fewer voxels in a scan are left out."""

HALF = 0.5


@dataclass(frozen=True)
class MuscleError:
    """Fat fraction of one muscle of one scan, in per cent."""

    method: str
    protocol: str
    painter: str
    seed: int
    structure: str
    true_pct: float
    found_pct: float

    @property
    def error(self) -> float:
        """Found minus true, in points."""
        return self.found_pct - self.true_pct


@dataclass(frozen=True)
class VoxelAgreement:
    """Agreement of one scan's binary map with the voxels that are more than half fat, and the area under the ROC curve."""

    method: str
    protocol: str
    painter: str
    counts: Detection
    area: float


@dataclass(frozen=True)
class Results:
    """All measurements of a comparison."""

    muscles: Sequence[MuscleError]
    voxels: Sequence[VoxelAgreement]


def compare(
    subject: Subject, predict: Callable[[Image], PredictedFraction], seeds: Sequence[int], loads: Sequence[float] = LOADS
) -> Results:
    """Measure every method on scans of every protocol, painter, load and seed.

    Args:
        subject: with water and fat, kept out of the network's training.
        predict: the network.
        seeds: one set of scans for each.
        loads: shares of painted fat.
    """
    slices = np.arange(1, len(subject.labels), SLICE_STEP)
    muscles: list[MuscleError] = []
    voxels: list[VoxelAgreement] = []
    for protocol, painter, load, seed in itertools.product(PROTOCOLS, PAINTERS, loads, seeds):
        scan = known_scan(subject, slices, protocol, PAINTERS[painter], load, seed)
        images: Images = {Role.ANATOMY: scan.image, Role.LEARNED_FRACTION: predict(scan.image)}
        for name, (method, options) in METHODS.items():
            found = fat_map_of(images, scan.labels, method, options).fraction.array
            muscles += [
                MuscleError(name, protocol.name, painter, seed, structure, true, value)
                for structure, true, value in _by_muscle(scan, found)
            ]
            voxels.append(VoxelAgreement(name, protocol.name, painter, *_by_voxel(scan, found)))
    return Results(muscles, voxels)


def _by_muscle(scan: KnownScan, found: npt.NDArray[np.float32]) -> list[tuple[str, float, float]]:
    """Identifier, true and found per cent of every muscle that is large enough."""
    rows = []
    for value in np.unique(scan.labels.array):
        structure = BY_VALUE.get(int(value))
        inside = (scan.labels.array == value) & np.isfinite(found)
        if structure is not None and structure.is_muscle and np.count_nonzero(inside) >= FEWEST_VOXELS:
            mean = [100 * float(np.mean(array[inside], dtype=np.float64)) for array in (scan.fraction, found)]
            rows.append((structure.identifier, mean[0], mean[1]))
    return rows


def _by_voxel(scan: KnownScan, found: npt.NDArray[np.float32]) -> tuple[Detection, float]:
    muscle = [value for value, structure in BY_VALUE.items() if structure.is_muscle]
    inside = np.isin(scan.labels.array, muscle) & np.isfinite(found)
    truth, score = scan.fraction[inside] > HALF, found[inside]
    return detection(truth, score > HALF), area_under_curve(truth, score)


def summary(results: Results) -> list[dict[str, object]]:
    """One row for each method over everything, and for each method with each protocol and each painter."""
    groups: list[tuple[str, Callable[[MuscleError | VoxelAgreement], bool]]] = [("all", lambda _one: True)]
    groups += [(protocol.name, lambda one, name=protocol.name: one.protocol == name) for protocol in PROTOCOLS]  # type: ignore[misc]
    groups += [(painter, lambda one, name=painter: one.painter == name) for painter in PAINTERS]  # type: ignore[misc]
    return [
        {"method": method, "scans": group} | _figures(method, results, belongs)
        for group, belongs in groups
        for method in METHODS
    ]


def by_muscle(results: Results) -> list[dict[str, object]]:
    """Errors of each method in each muscle, both sides together."""
    rows = []
    for method, muscle in itertools.product(METHODS, ("MF", "ES", "PM", "QL")):
        errors = [one.error for one in results.muscles if one.method == method and one.structure.split("_")[0] == muscle]
        rows.append({"method": method, "muscle": muscle, **_errors(errors)})
    return rows


def _figures(method: str, results: Results, belongs: Callable[[MuscleError | VoxelAgreement], bool]) -> dict[str, object]:
    errors = [one.error for one in results.muscles if one.method == method and belongs(one)]
    voxels = [one for one in results.voxels if one.method == method and belongs(one)]
    counts = sum((one.counts for one in voxels), Detection(0, 0, 0, 0))
    areas = [one.area for one in voxels if np.isfinite(one.area)]
    figures = {name: getattr(counts, name) for name in ("kappa", "recall", "specificity", "precision", "f1")}
    figures["auc"] = float(np.mean(areas)) if areas else float("nan")
    return {"n_scans": len(voxels), **_errors(errors)} | {name: _rounded(value, 3) for name, value in figures.items()}


def _errors(errors: Sequence[float]) -> dict[str, object]:
    if not errors:
        return {"n": 0, "mae_points": None, "bias_points": None, "p95_points": None}
    absolute = np.abs(errors)
    return {
        "n": len(errors),
        "mae_points": _rounded(float(absolute.mean()), 2),
        "bias_points": _rounded(float(np.mean(errors)), 2),
        "p95_points": _rounded(float(np.quantile(absolute, 0.95)), 2),
    }


def _rounded(value: float, digits: int) -> float | None:
    return round(value, digits) if np.isfinite(value) else None


def markdown(rows: Sequence[Mapping[str, object]]) -> str:
    """A table of rows that share their keys."""
    head = list(rows[0])
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join("" if row[name] is None else str(row[name]) for name in head) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def conditions(card: FatCard, subject: str, seeds: Sequence[int]) -> dict[str, object]:
    """What the figures hold for."""
    training = card.content["training"]
    return {
        "subject": subject,
        "n_subjects": 1,
        "kept_out_of_training": subject in training["left_out"],
        "truth": "fat / (water + fat) of the subject's Dixon pair, brought to one scale by its tissues, with painted fat",
        "images": "synthesised by the spin-echo equation, with coil, bias and noise; no real T1 or T2 image",
        "protocols": [asdict(protocol) for protocol in PROTOCOLS],
        "painters": list(PAINTERS),
        "loads": list(LOADS),
        "seeds": list(seeds),
        "outlines": "the subject's own labels, the same for every method",
        "weights": {"sha256": card.sha256, "iterations": training["iterations"], "subjects": training["subjects"]},
    }


def main(arguments: list[str] | None = None) -> int:
    """Compare, and write ``comparison.json`` and ``comparison.md``."""
    parser = argparse.ArgumentParser(prog="python -m ParaspinalFatLib.training.fat.comparison", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public data sets")
    parser.add_argument("--weights", type=Path, required=True, metavar="CARD", help="card of the fat network")
    parser.add_argument("--subject", default="tum01", choices=sorted(LOADERS), help="whose water and fat the scans show")
    parser.add_argument("--seeds", type=int, default=2, help="scans of each protocol, painter and load")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR")
    options = parser.parse_args(arguments)
    card, seeds = read_fat_card(options.weights), range(1, options.seeds + 1)
    results = compare(LOADERS[options.subject](options.data), _predictor(card), seeds)
    rows, muscles, facts = summary(results), by_muscle(results), conditions(card, options.subject, seeds)
    options.output.mkdir(parents=True, exist_ok=True)
    content = {"conditions": facts, "by_method": rows, "by_muscle": muscles}
    with written_whole(options.output / "comparison.json") as path:
        path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    with written_whole(options.output / "comparison.md") as path:
        path.write_text(markdown(rows) + "\n" + markdown(muscles), encoding="utf-8")
    print(markdown(rows[: len(METHODS)]) + "\n" + markdown(muscles))
    return 0


def _predictor(card: FatCard) -> Callable[[Image], PredictedFraction]:
    from ParaspinalFatLib.segmentation.fat_prediction import predict_fat_fraction

    def predict(image: Image) -> PredictedFraction:
        found = predict_fat_fraction(image, card, device="cpu", threads=1)
        return PredictedFraction(found.fraction.array, image.affine, fingerprint(image.array), found.record)

    return predict


if __name__ == "__main__":
    sys.exit(main())
