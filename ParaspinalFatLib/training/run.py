"""One training run from its configuration: data, previews, checkpoints, curve, weights with their card."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ParaspinalFatLib.agreement.masks import Labelling
from ParaspinalFatLib.progress import Progress, no_progress
from ParaspinalFatLib.training.beginning import outputs_of
from ParaspinalFatLib.training.collection import Collection
from ParaspinalFatLib.training.config import TrainingConfig
from ParaspinalFatLib.training.course import Heard, run_to_end
from ParaspinalFatLib.training.earlier_runs import development_run, limits_of_start
from ParaspinalFatLib.training.label_folder import load_label_folder
from ParaspinalFatLib.training.sources import load_collection
from ParaspinalFatLib.training.subjects import LOADERS
from ParaspinalFatLib.training.told_on_card import Told, public_subjects

if TYPE_CHECKING:
    from ParaspinalFatLib.training.trainer import Trainer

PREVIEWS = "samples.png"


def collect(config: TrainingConfig, progress: Progress = no_progress) -> Collection:
    """Everything that samples are drawn from.

    Raises:
        InputError, GeometryError: a subject cannot be used, or none is left.
    """
    data = config.data
    more, known = [], data.background == "known"
    if data.images is not None and data.labels is not None:
        labelling = Labelling.read(data.label_values)
        more = load_label_folder(data.images, data.labels, labelling, background_known=known)
    return load_collection(data.public, config.output, data.without, data.own, progress, more, background_known=known)


def preview(config: TrainingConfig, collection: Collection, path: Path | None = None) -> Path:
    """Write a sheet of samples into the output folder, or to ``path``; returns where."""
    from ParaspinalFatLib.training.preview import write_contact_sheet

    path = path or config.output / PREVIEWS
    write_contact_sheet(collection, path, config.seed)
    return path


def train(
    config: TrainingConfig,
    collection: Collection,
    *,
    resume: bool = False,
    overwrite: bool = False,
    heard: Heard = lambda _trainer: None,
) -> Path:
    """Train to the end of the schedule.

    Args:
        config: how.
        collection: from :func:`collect`.
        resume: continue from the checkpoint in the output folder if there is one.
        overwrite: where it is not continued, an earlier run in the output folder may be written over.
        heard: called at every checkpoint, after it is written.

    Returns:
        The card's path; the weights lie beside it.

    Raises:
        InputError: the weights to start from do not fit the network, the checkpoint is broken or of another run, or
            training came to numbers that are not finite.
        OutputError: the output folder holds an earlier run that would be written over.
    """
    trainer = _trainer(config, collection)
    without, start = config.data.without, config.start_path

    def export(state: Trainer) -> None:
        _export(config, state, collection, [])

    run_to_end(trainer, config.output, without, start, export, heard, resume=resume, overwrite=overwrite)
    return _export(config, trainer, collection, _held_out_metrics(config, trainer))


def _trainer(config: TrainingConfig, collection: Collection) -> Trainer:
    import torch

    from ParaspinalFatLib.training.batches import Settings
    from ParaspinalFatLib.training.trainer import Trainer

    torch.set_num_threads(config.threads)
    names = (
        "seed", "iterations", "minutes", "learning_rate", "weight_decay", "easy_iterations", "averaging", "precision",
        "workers", "save_every",
    )  # fmt: skip
    settings = Settings(**{name: getattr(config, name) for name in names})
    architecture = _architecture(config, collection)
    return Trainer(collection, settings, architecture, device=None if config.device == "auto" else config.device)


def _architecture(config: TrainingConfig, collection: Collection) -> dict[str, object]:
    """Of the network: it divides the erector spinae if the data teach that or the weights it begins with know it."""
    from ParaspinalFatLib.segmentation.unet import DEFAULT_ARCHITECTURE, DIVIDING_ARCHITECTURE

    start = config.start_path
    known = start is not None and outputs_of(start) == int(str(DEFAULT_ARCHITECTURE["classes"])) + 1
    return (DIVIDING_ARCHITECTURE if collection.divides or known else DEFAULT_ARCHITECTURE) | config.network.layers


def _held_out_metrics(config: TrainingConfig, trainer: Trainer) -> list[dict[str, object]]:
    """Figures on the real subjects of the public data that were left out."""
    from ParaspinalFatLib.training.evaluation import held_out_figures

    public = config.data.public
    left_out = [name for name in config.data.without if name in LOADERS] if public else []
    network = trainer.average.cpu().eval()
    return [entry for name in left_out for entry in held_out_figures(network, public, name, config.output)]  # type: ignore[arg-type]


def _export(config: TrainingConfig, state: Trainer, collection: Collection, metrics: list[dict[str, object]]) -> Path:
    from ParaspinalFatLib.training.export import write_weights

    told = Told(collection, public_subjects(config.data.public, config.data.without))
    development, development_figures = development_run(config.development_card)
    training = {
        "data": told.data(),
        "left_out": list(config.data.without),
        "subjects": sorted(collection.subjects),
        "cases": told.cases,
        "synthesis": told.synthesis(),
    }
    return write_weights(
        config.output,
        config.name,
        config.version,
        state.average.state_dict(),
        state.architecture,
        training | {"seed": config.seed} | state.summary() | development,
        metrics=metrics + development_figures,
        limitations=told.limitations(divides=bool(state.architecture.get("divides"))) + limits_of_start(state.begun_with),
    )
