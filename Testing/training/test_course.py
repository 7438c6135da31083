"""The course of a run: what is written at its checkpoints, and when it is told."""

from ParaspinalFatLib.training.batches import Settings
from ParaspinalFatLib.training.beginning import CHECKPOINT
from ParaspinalFatLib.training.collection import Collection
from ParaspinalFatLib.training.course import run_to_end
from ParaspinalFatLib.training.curve import CURVE
from ParaspinalFatLib.training.trainer import Trainer
from ParaspinalFatLib.training.view import View

ARCHITECTURE = {"kind": "unet2d", "channels": [8, 8], "classes": 16, "groups": 4, "stride": 2}


def test_at_every_checkpoint_state_weights_and_curve_are_written_before_it_is_told(tiny_subject, tmp_path):
    views = ((View((48, 64), 0.9, 5.0), 1, 1.0),)
    settings = Settings(iterations=2, save_every=1, batches=views, precision="float32", workers=0)
    trainer = Trainer(Collection({"tiny": tiny_subject}, [], {"tiny": 1.0}), settings, ARCHITECTURE, device="cpu")
    exported, told = [], []

    def heard(state):
        told.append((state.iteration, list(exported), (tmp_path / CHECKPOINT).exists(), (tmp_path / CURVE).exists()))

    def export(state):
        exported.append(state.iteration)

    run_to_end(trainer, tmp_path, (), None, export, heard, resume=False, overwrite=False)
    assert told == [(1, [1], True, True), (2, [1, 2], True, True)]
