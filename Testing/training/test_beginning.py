"""Where a run begins, and what is said of one that was stopped."""

import sys

import pytest
import torch
from safetensors.torch import save_file

from ParaspinalFatLib.errors import InputError, MissingPackageError, OutputError
from ParaspinalFatLib.files import sha256_of
from ParaspinalFatLib.segmentation.unet import build_unet
from ParaspinalFatLib.training.batches import Settings
from ParaspinalFatLib.training.beginning import CHECKPOINT, begin, outputs_of, require_packages, stopped
from ParaspinalFatLib.training.collection import Collection
from ParaspinalFatLib.training.trainer import Trainer

ARCHITECTURE = {"kind": "unet2d", "channels": [8, 8], "classes": 16, "groups": 4, "stride": 2}


@pytest.fixture
def trainer(tiny_subject):
    collection = Collection({"tiny": tiny_subject}, [], {"tiny": 1.0})
    return Trainer(collection, Settings(precision="float32", workers=0), ARCHITECTURE, device="cpu")


@pytest.fixture
def weights(tmp_path):
    """A file of random weights of the same network."""
    torch.manual_seed(5)
    save_file(build_unet(ARCHITECTURE).state_dict(), tmp_path / "start.safetensors")
    return tmp_path / "start.safetensors"


def test_a_run_that_cannot_be_resumed_begins_with_the_weights_given_and_keeps_their_digest(trainer, weights, tmp_path):
    checkpoint = begin(trainer, tmp_path / "run", ("anna",), weights, resume=True)
    assert checkpoint == tmp_path / "run" / CHECKPOINT
    assert trainer.origin.start == sha256_of(weights)
    assert trainer.origin.left_out == ["anna"]
    torch.manual_seed(5)
    torch.testing.assert_close(trainer.network.state_dict(), build_unet(ARCHITECTURE).state_dict())


def test_a_run_is_continued_and_does_not_begin_again(trainer, weights, tmp_path):
    trainer.start, trainer.iteration = sha256_of(weights), 7
    trainer.save(tmp_path / CHECKPOINT)
    trainer.iteration = 0
    before = [weight.clone() for weight in trainer.network.parameters()]
    begin(trainer, tmp_path, (), weights, resume=True)
    assert trainer.iteration == 7
    assert all(torch.equal(one, other) for one, other in zip(before, trainer.network.parameters(), strict=True))


@pytest.mark.parametrize("name", [CHECKPOINT, "other.safetensors", "other.json"])
def test_an_earlier_run_of_any_name_is_written_over_only_if_asked_for(trainer, tmp_path, name):
    (tmp_path / "samples.json").write_text("[]")
    begin(trainer, tmp_path, (), None, resume=False)
    (tmp_path / name).write_text('{"architecture": {}}')
    with pytest.raises(OutputError, match=r"holds .*an earlier run.*--overwrite"):
        begin(trainer, tmp_path, (), None, resume=False)
    begin(trainer, tmp_path, (), None, resume=False, overwrite=True)


def test_weights_whose_checkpoint_is_gone_are_not_resumed_from_random_ones(trainer, tmp_path):
    (tmp_path / "net.safetensors").touch()
    with pytest.raises(OutputError, match=r"without its checkpoint. Give another output, or --overwrite"):
        begin(trainer, tmp_path, (), None, resume=True)


@pytest.mark.parametrize("package", ["torch", "safetensors", "matplotlib"])
def test_a_package_that_is_missing_is_named_with_the_extra_that_brings_it(monkeypatch, package):
    require_packages()
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingPackageError, match=rf"Training needs {package}\. .*paraspinalfat\[training\]"):
        require_packages()


def test_weights_that_changed_since_are_another_start(trainer, weights, tmp_path):
    trainer.save(begin(trainer, tmp_path / "run", (), weights, resume=False))
    weights.write_bytes(weights.read_bytes() + b" ")
    with pytest.raises(InputError, match="began with other weights"):
        begin(trainer, tmp_path / "run", (), weights, resume=True)


def test_weights_that_are_not_there_are_refused(trainer, tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        begin(trainer, tmp_path, (), tmp_path / "none.safetensors", resume=False)


def test_the_outputs_of_a_weights_file_are_counted_without_building_the_network(weights, tmp_path):
    assert outputs_of(weights) == 16
    (tmp_path / "broken.safetensors").write_bytes(b"nothing")
    save_file({"other": torch.zeros(2)}, tmp_path / "other.safetensors")
    assert outputs_of(tmp_path / "broken.safetensors") == outputs_of(tmp_path / "other.safetensors") == 0


def test_resuming_is_promised_only_where_there_is_a_checkpoint(tmp_path):
    assert "--resume" not in str(stopped(tmp_path))
    (tmp_path / CHECKPOINT).touch()
    assert "--resume" in str(stopped(tmp_path))
