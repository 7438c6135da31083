"""``python -m ParaspinalFatLib.training.levels``: train the network that finds discs, bodies and the disc on the sacrum."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ParaspinalFatLib.measurement.spine_classes import PLANE_PIXEL_MM, SpineClass
from ParaspinalFatLib.resources import LEVELS_CARD
from ParaspinalFatLib.segmentation.levels_card import QUANTITY
from ParaspinalFatLib.training.earlier_runs import read_figures
from ParaspinalFatLib.training.levels.spines import Spine, load_spines
from ParaspinalFatLib.training.options import (
    add_precision_and_workers,
    exit_status,
    run_training,
    settings_of,
    training_parser,
    write_trained,
)
from ParaspinalFatLib.training.sagittal import SPINES
from ParaspinalFatLib.training.sources import CITATIONS

if TYPE_CHECKING:
    from ParaspinalFatLib.training.trainer import Trainer

SYNTHESIS = (
    "Midline planes, affine and B-spline deformation, random grey-value curves, coil fall-off, bias, Rician noise; half of "
    "them coarsened to rows 3 to 5.5 mm apart; fields of view of 120 x 105 to 288 x 192 mm, many without the sacrum."
)
SPIDER = {
    "name": "spider_t2_sagittal",
    "licence": "CC BY 4.0 (SPIDER)",
    "citation": "van der Graaf et al., Scientific Data 2024, doi 10.1038/s41597-024-03090-w",
    "use": "sagittal T2 planes with vertebra, disc and canal; true pixel size unknown",
}
SETS_CITED = (*(entry for entry in CITATIONS if entry["name"] == SPINES), SPIDER)
"""The sets that spines are loaded from, as the card lists those of which one was."""

LIMITATIONS = (
    "A sixth lumbar vertebra, four of them, or a sacralised L5 cannot be told without the ribs: names are counted from the "
    "disc on the sacrum, taken to be L5/S1.",
    "Learned from T2 sagittal scans of patients and water images of volunteers; T1 and fat images only as drawn contrasts.",
    "Where only the bodies L1 to L5 were labelled, the disc on the sacrum was placed by continuing the curve of L3 to L5.",
)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    options = _parser().parse_args(arguments)
    return exit_status(lambda: _run(options), options)


def _run(options: argparse.Namespace) -> None:
    metrics = [] if options.metrics is None else read_figures(options.metrics)
    spines = load_spines(options.data, options.without)
    if not options.preview:
        _train(options, spines, metrics)
        return
    from ParaspinalFatLib.training.levels.preview import write_levels_sheet

    write_levels_sheet(spines, options.preview, options.seed)


def _parser() -> argparse.ArgumentParser:
    parser = training_parser(
        "ParaspinalFatLib.training.levels",
        __doc__,
        data="folder of the public sagittal data sets",
        iterations=20_000,
        name=LEVELS_CARD,
    )
    add_precision_and_workers(parser)
    parser.add_argument("--metrics", type=Path, metavar="JSON", help="figures of the subjects left out, for the card")
    return parser


def _train(options: argparse.Namespace, spines: list[Spine], metrics: Sequence[Mapping[str, object]]) -> None:
    from ParaspinalFatLib.training.levels.trainer import LevelTrainer

    trainer = LevelTrainer(spines, settings_of(options), options.device)
    run_training(trainer, options, lambda state: _export(options, state, spines, metrics))


def _export(
    options: argparse.Namespace, state: Trainer, spines: list[Spine], metrics: Sequence[Mapping[str, object]]
) -> None:
    names = {spine.name for spine in spines}
    training = {
        "data": [entry for entry in SETS_CITED if any((options.data / entry["name"] / name).is_dir() for name in names)],
        "subjects": [spine.name for spine in spines],
        "synthesis": SYNTHESIS,
    }
    write_trained(
        state,
        options,
        training,
        metrics,
        LIMITATIONS,
        own={"quantity": QUANTITY, "pixel_mm": PLANE_PIXEL_MM, "classes": [one.name.lower() for one in SpineClass]},
    )


if __name__ == "__main__":
    sys.exit(main())
