"""Files that are no checkpoint are refused with a sentence that loses nothing."""

import pytest
import torch

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.training.checkpoint import read_state

CPU = torch.device("cpu")


@pytest.mark.parametrize("content", [b"", b"no checkpoint", b"PK\x03\x04 cut off"])
def test_a_broken_file_is_said_to_be_one_and_nobody_is_told_to_remove_it(tmp_path, content):
    (tmp_path / "checkpoint.pt").write_bytes(content)
    with pytest.raises(InputError, match=r"checkpoint\.pt cannot be read .*another output folder, or anew with --overwrite"):
        read_state(tmp_path / "checkpoint.pt", CPU)


def test_a_file_that_holds_something_else_is_no_checkpoint(tmp_path):
    torch.save({"weights": torch.zeros(3)}, tmp_path / "checkpoint.pt")
    with pytest.raises(InputError, match=r"is no checkpoint .*anew with --overwrite"):
        read_state(tmp_path / "checkpoint.pt", CPU)
