"""``paraspinalfat evaluate``: outlines and fat maps against truth, a multi-atlas baseline, random splits; one page."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ParaspinalFatLib.command.arguments import count
from ParaspinalFatLib.command.evaluate_options import require_options_that_belong_together
from ParaspinalFatLib.errors import InputError

if TYPE_CHECKING:
    from ParaspinalFatLib.agreement.masks import Labelling
    from ParaspinalFatLib.evaluation.judging import HowToJudge
    from ParaspinalFatLib.evaluation.methods import Method
    from ParaspinalFatLib.evaluation.page import Judged
    from ParaspinalFatLib.progress import Progress

PROVENANCE = "provenance.json"

DESCRIPTION = """Judge outlines against label maps: per structure, side, level and contrast Dice, IoU, HD95, average surface
distance, relative volume difference, CSA error, FF error, recall and AP at IoU 0.75; and fat maps from conventional contrast
against Dixon images. Writes tables and one page. Needs the packages of the extra 'training'. Research use only."""

HELD_OUT_SHARE = 0.2

FUSION = "majority"


def add_task(tasks: argparse._SubParsersAction) -> None:
    """Add the task and its options."""
    task = tasks.add_parser("evaluate", help="how good outlines and fat maps are, on one page", description=DESCRIPTION)
    cases = task.add_argument_group("cases")
    cases.add_argument(
        "--truth", type=Path, metavar="DIR", help="label maps: CASE_dseg.nii.gz, or CASE/labels.nii.gz, also with .seg.nrrd"
    )
    cases.add_argument(
        "--images", type=Path, metavar="DIR", help="images: CASE_CONTRAST.nii.gz, or CASE/CONTRAST.nii.gz; default: the same"
    )
    cases.add_argument("--contrast", nargs="+", default=[], metavar="NAME", help="judge images of these contrasts only")
    cases.add_argument("--truth-labels", metavar="1=ES_right,...", help="what the values mean, if not this program's own")
    cases.add_argument("--unknown", type=int, default=255, metavar="VALUE", help="value of unknown voxels (%(default)s)")
    cases.add_argument("--lowest-level", metavar="NAME", help="most caudal disc of all cases, such as L5/S1; else numbered")
    methods = task.add_argument_group("what is judged; without any, the bundled network")
    methods.add_argument("--prediction", type=Path, metavar="DIR", help="outlines named after CASE or CASE_CONTRAST")
    methods.add_argument("--prediction-labels", metavar="1=ES_right,...")
    methods.add_argument("--weights", type=Path, action="append", default=[], metavar="CARD", help="may be repeated")
    methods.add_argument(
        "--atlases",
        type=Path,
        metavar="DIR",
        help="also a multi-atlas baseline from these labelled images; minutes an image",
    )
    methods.add_argument("--fusion", choices=(FUSION, "staple"), help=f"of atlases ({FUSION})")
    methods.add_argument(
        "--fat-methods",
        nargs="*",
        metavar="NAME",
        help="to compare with Dixon images, where a case has both (otsu seed004 gmm3 learned learned-binary)",
    )
    methods.add_argument("--fat-weights", type=Path, metavar="CARD", help="of the fat network; else the bundled one")
    validation = task.add_argument_group("Monte-Carlo cross-validation")
    validation.add_argument(
        "--monte-carlo", type=count, default=0, metavar="N", help="train on N random splits of the config's own subjects"
    )
    validation.add_argument("--config", type=Path, metavar="TOML", help="how to train (see 'paraspinalfat train')")
    validation.add_argument("--held-out-share", type=float, metavar="PART", help=f"of each split ({HELD_OUT_SHARE})")
    validation.add_argument(
        "--atlas-baseline",
        action="store_true",
        help="also a multi-atlas baseline from each split's training people; minutes an image and atlas",
    )
    task.add_argument("--remark", action="append", default=[], metavar="TEXT", help="sentence for the page; may be repeated")
    task.add_argument("--output", type=Path, required=True, metavar="DIR", help="folder for the results")
    task.add_argument("--overwrite", action="store_true", help="replace results that are already in the output folder")
    task.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), help="of networks (auto)")
    task.add_argument("--threads", type=count, default=0, metavar="N", help="processor threads; 0 for all")
    task.add_argument("--quiet", action="store_true", help="no progress bar")
    task.set_defaults(task=evaluate)


def evaluate(options: argparse.Namespace) -> None:
    """Judge as the command line says, write the results and print the main figures."""
    from ParaspinalFatLib.command.progress_bar import progress_bar
    from ParaspinalFatLib.output_folder import require_usable

    require_options_that_belong_together(options)
    require_usable(options.output, overwrite=options.overwrite)
    _require_packages(options)
    with progress_bar(shown=not options.quiet) as progress:
        judged = _monte_carlo(options, progress) if options.monte_carlo else _judge(options, progress)
    if not judged.findings.cases:
        reasons = "; ".join(sorted({reason for *_, reason in judged.findings.left_out})[:3])
        raise InputError(f"No case could be judged. {reasons}")
    _write(options, judged)
    _print(options.output, judged)


def _require_packages(options: argparse.Namespace) -> None:
    """Before hours of judging, not behind them. Without --fat-methods a missing network only leaves ``learned`` out."""
    from ParaspinalFatLib.evaluation.fat_network import needs_network
    from ParaspinalFatLib.evaluation.needed_packages import BAR, NETWORK, PAGE, require_packages

    fat_by_network = [needs_network(name) for name in options.fat_methods or ()]
    outlines = options.weights or options.monte_carlo or not options.prediction
    require_packages(PAGE, NETWORK if outlines or any(fat_by_network) else {}, {} if options.quiet else BAR)


def _how(options: argparse.Namespace, labelling: Labelling, device: str, threads: int) -> HowToJudge:
    from ParaspinalFatLib.evaluation.fat_network import FAT_METHODS, FatNetwork, needs_network
    from ParaspinalFatLib.evaluation.judging import HowToJudge

    fat_methods = FAT_METHODS if options.fat_methods is None else tuple(options.fat_methods)
    network = None
    if any(needs_network(name) for name in fat_methods):
        network = FatNetwork(options.fat_weights, device, threads)
    return HowToJudge(labelling, options.lowest_level, fat_methods, tuple(options.contrast), network)


def _truth_labelling(options: argparse.Namespace) -> Labelling:
    from ParaspinalFatLib.agreement.masks import Labelling

    return Labelling.read(options.truth_labels, options.unknown, "--truth-labels")


def _judge(options: argparse.Namespace, progress: Progress) -> Judged:
    from ParaspinalFatLib.evaluation.judging import judge
    from ParaspinalFatLib.evaluation.page import Judged
    from ParaspinalFatLib.training.labelled_cases import find_labelled_cases

    if options.truth is None:
        raise InputError("No truth was given. Give --truth and --images, or --monte-carlo with --config.")
    cases = find_labelled_cases(options.images or options.truth, options.truth)
    methods = _methods(options)
    how = _how(options, _truth_labelling(options), options.device or "auto", options.threads)
    return Judged(judge(cases, methods, how, progress), methods, options.remark)


def _methods(options: argparse.Namespace) -> Sequence[Method]:
    from ParaspinalFatLib.agreement.masks import Labelling
    from ParaspinalFatLib.evaluation.atlas_method import multi_atlas
    from ParaspinalFatLib.evaluation.methods import from_files, network

    methods = []
    if options.prediction:
        labelling = Labelling.read(options.prediction_labels, option="--prediction-labels")
        methods.append(from_files(options.prediction, labelling))
    cards = options.weights or ([] if options.prediction else [None])
    names = _own_names(options.weights)
    methods += [network(card, options.device or "auto", options.threads, names.get(card)) for card in cards]
    if options.atlases:
        methods.append(multi_atlas(options.atlases, _truth_labelling(options), options.fusion or FUSION, options.threads))
    return methods


def _own_names(cards: Sequence[Path]) -> dict[Path, str]:
    """Cards of one name are told apart by their folders."""
    stems = [card.stem for card in cards]
    return {card: f"{card.stem} ({card.resolve().parent.name})" for card in cards if stems.count(card.stem) > 1}


def _monte_carlo(options: argparse.Namespace, progress: Progress) -> Judged:
    from ParaspinalFatLib.agreement.masks import Labelling
    from ParaspinalFatLib.evaluation.atlas_method import atlases_of
    from ParaspinalFatLib.evaluation.monte_carlo import Splits, monte_carlo
    from ParaspinalFatLib.training.config import read_config

    if options.config is None:
        raise InputError("Monte-Carlo cross-validation trains networks. Add --config with the training's TOML file.")
    config = read_config(options.config)
    configured = config.data.label_values if config.data.labels else ""
    labelling = Labelling.read(options.truth_labels or configured, options.unknown, "--truth-labels")
    splits = Splits(options.monte_carlo, _held_out_share(options))
    how = _how(options, labelling, "cpu" if config.device == "cpu" else "auto", config.threads)
    atlases = partial(atlases_of, labelling=labelling, fusion=options.fusion or FUSION, threads=config.threads)
    return monte_carlo(config, splits, how, options.remark, progress, atlases if options.atlas_baseline else None)


def _held_out_share(options: argparse.Namespace) -> float:
    return HELD_OUT_SHARE if options.held_out_share is None else float(options.held_out_share)


def _write(options: argparse.Namespace, judged: Judged) -> None:
    from ParaspinalFatLib.evaluation.fat_network import FAT_METHODS
    from ParaspinalFatLib.evaluation.result_files import FILES, write_evaluation
    from ParaspinalFatLib.files import written_whole
    from ParaspinalFatLib.output_folder import complete_folder
    from ParaspinalFatLib.provenance import as_json, provenance

    names = (
        "contrast",
        "truth_labels",
        "prediction_labels",
        "unknown",
        "lowest_level",
        "fat_methods",
        "monte_carlo",
        "atlas_baseline",
    )
    parameters = {name: getattr(options, name) for name in names}
    if options.monte_carlo:
        parameters["held_out_share"] = _held_out_share(options)
    if options.atlases or options.atlas_baseline:
        parameters["fusion"] = options.fusion or FUSION
    if options.fat_methods is None:
        parameters["fat_methods"] = list(FAT_METHODS)
    methods = {method.name: dict(method.about) for method in judged.methods}
    record = provenance({}, parameters, methods=methods, fat_network=dict(judged.findings.fat_network))
    with complete_folder(options.output, overwrite=options.overwrite, replaced=FILES) as folder:
        write_evaluation(folder, judged)
        with written_whole(folder / PROVENANCE) as path:
            path.write_text(as_json(record), encoding="utf-8")


def _print(folder: Path, judged: Judged) -> None:
    from ParaspinalFatLib.evaluation.printed import printed

    print(printed(judged.findings.cases))
    for case, contrast, method, reason in judged.findings.left_out:
        print(f"left out: {' '.join(filter(None, (case, contrast, method)))}: {reason}")
    for case, contrast, method, remark in judged.findings.remarks:
        print(f"remark: {' '.join(filter(None, (case, contrast, method)))}: {remark}")
    print(f"Tables and page (evaluation.html) are in {folder}. Research use only.")
