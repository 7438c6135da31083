"""``python -m ParaspinalFatLib.training.fat``: train the network that predicts the fat fraction from a T1 or T2 image."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ParaspinalFatLib.resources import FAT_CARD
from ParaspinalFatLib.segmentation.fat_card import QUANTITY
from ParaspinalFatLib.training.collection import Collection
from ParaspinalFatLib.training.earlier_runs import DEVELOPMENT, read_facts
from ParaspinalFatLib.training.fat.sample import FAT_PIXEL_MM
from ParaspinalFatLib.training.fat.subjects import citations, load_fat_collection
from ParaspinalFatLib.training.options import (
    add_precision_and_workers,
    exit_status,
    run_training,
    settings_of,
    training_parser,
    write_trained,
)

if TYPE_CHECKING:
    from ParaspinalFatLib.training.trainer import Trainer

SYNTHESIS = (
    "T1- and T2-weighted images from the subjects' water and fat images, by the spin-echo equation with drawn relaxation "
    "times or by drawn gains; painted streaks of fat, fat between muscles and diffuse fat, up to about 60 %; signal, water "
    "and fat made on 0.5 mm pixels and blurred alike to pixels of 0.4 to 1.5 mm; thick slices, chemical shift, coil "
    "fall-off, bias, ghosts, Rician noise; affine and B-spline deformation; mirrored."
)

LIMITATIONS = (
    "Learned and tested on synthesised contrasts only: no patient was scanned with both a Dixon and a T1 or T2 sequence.",
    "The water image of musclemap_sub0001 is painted as what its fat-bright image leaves over.",
    "The fat fraction it learned is that of a Dixon pair brought to one scale by its tissues, not calibrated PDFF.",
    "Oedema, scar, contrast agent, fat saturation and gradient-echo contrasts were not in the training data.",
    "Streaks of fat thinner than a millimetre are averaged with the muscle beside them.",
)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    options = _parser().parse_args(arguments)
    return exit_status(lambda: _run(options), options)


def _run(options: argparse.Namespace) -> None:
    development = _development(options)
    collection = load_fat_collection(options.data, options.without, options.own)
    if not options.preview:
        _train(options, collection, development)
        return
    from ParaspinalFatLib.training.fat.preview import write_fat_sheet

    write_fat_sheet(collection, options.preview, options.seed)


def _development(options: argparse.Namespace) -> dict[str, Any]:
    """Figures of the development run; empty if none were given."""
    if options.development is None:
        return {}
    return read_facts(options.development, "comparison", ("conditions", "by_method"))


def _parser() -> argparse.ArgumentParser:
    parser = training_parser(
        "ParaspinalFatLib.training.fat",
        __doc__,
        iterations=6000,
        name=FAT_CARD,
    )
    add_precision_and_workers(parser)
    parser.add_argument("--own", type=Path, help="folder of own subjects: one folder each, with labels, water and fat")
    parser.add_argument(
        "--development", type=Path, metavar="JSON", help="comparison.json of a run with a subject left out, for the card"
    )
    return parser


def _train(options: argparse.Namespace, collection: Collection, development: Mapping[str, Any]) -> None:
    from ParaspinalFatLib.training.fat.trainer import FAT_ARCHITECTURE, FAT_BATCHES, FatTrainer

    trainer = FatTrainer(collection, settings_of(options, FAT_BATCHES), FAT_ARCHITECTURE, options.device)
    run_training(trainer, options, lambda state: _export(options, state, collection, development))


def _export(options: argparse.Namespace, state: Trainer, collection: Collection, development: Mapping[str, Any]) -> None:
    subjects = sorted(collection.subjects)  # a case each
    training = {"data": citations(collection, options.data), "subjects": subjects, "cases": subjects, "synthesis": SYNTHESIS}
    write_trained(
        state,
        options,
        training | ({"development_run": development["conditions"]} if development else {}),
        metrics=[entry | {"weights": DEVELOPMENT} for entry in development.get("by_method", [])],
        limitations=LIMITATIONS,
        own={"quantity": QUANTITY, "pixel_mm": FAT_PIXEL_MM},
    )


if __name__ == "__main__":
    sys.exit(main())
