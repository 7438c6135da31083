"""The device asked for is used or refused, and running out of memory is recognised."""

import pytest
import torch

from ParaspinalFatLib.errors import WorkerError
from ParaspinalFatLib.segmentation.device import choose_device, is_out_of_memory


def test_auto_always_finds_a_device():
    assert choose_device("auto").type in ("cpu", "cuda", "mps")
    assert choose_device("cpu").type == "cpu"


@pytest.mark.parametrize(
    ("name", "present"), [("cuda", torch.cuda.is_available()), ("mps", torch.backends.mps.is_available())]
)
def test_an_absent_device_is_refused_with_a_way_out(name, present):
    if present:
        pytest.skip(f"this computer has {name}")
    with pytest.raises(WorkerError, match=rf"no usable {name} device.*auto or cpu"):
        choose_device(name)


def test_an_unknown_device_is_refused_with_the_known_ones():
    with pytest.raises(WorkerError, match=r"no device 'tpu'.*auto, cpu, cuda, mps"):
        choose_device("tpu")


def test_the_allocators_own_errors_count_as_out_of_memory():
    with pytest.raises(RuntimeError) as caught:
        torch.empty(1 << 60, dtype=torch.uint8)
    assert is_out_of_memory(caught.value)
    assert is_out_of_memory(torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"))
    assert not is_out_of_memory(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
