"""A tiny person for the training tests: two blocks of muscle a side, disc or body between, fat around."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from ParaspinalFatLib.training.subjects import Subject


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Two threads of torch wait for each other by spinning where other tests run beside these."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def tiny_subject():
    """Six slices of 64 x 80 pixels of 2 mm; muscles 1 to 6, disc in even slices, body in odd ones, unknown flanks."""
    labels = np.zeros((6, 64, 80), np.uint8)
    labels[:, 36:50, 30:38], labels[:, 36:50, 42:50] = 1, 2
    labels[:, 34:50, 18:30], labels[:, 34:50, 50:62] = 3, 4
    labels[:, 16:28, 20:30], labels[:, 16:28, 50:60] = 5, 6
    labels[0::2, 16:28, 32:48] = 11
    labels[1::2, 16:28, 32:48] = 12
    labels[:, 5:10, 5:75] = 255
    fat = np.where(labels == 0, 0.9, 0.1).astype(np.float32)
    water = (1.0 - fat).astype(np.float32)
    fat[:, 56:], water[:, 56:] = 0.0, 0.0  # air behind the back
    return Subject("tiny", water, fat, labels, (2.0, 2.0))


@pytest.fixture
def as_own_data(tmp_path: Path) -> Callable[[Subject], Path]:
    """Write a subject as a user's own: images and labels in a folder of its name; returns the folder around that."""

    def write(subject: Subject) -> Path:
        folder = tmp_path / "own" / subject.name
        folder.mkdir(parents=True)
        for role, array in (("water", subject.water), ("fat", subject.fat), ("labels", subject.labels)):
            image = sitk.GetImageFromArray(np.asarray(array))
            image.SetSpacing((*subject.pixel_mm[::-1], 4.0))
            sitk.WriteImage(image, str(folder / f"{role}.nii.gz"))
        return tmp_path / "own"

    return write


@pytest.fixture
def interrupt_pictures(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From the call on the user stops the program in the midst of every picture that it writes."""

    def halfway(_figure: object, path: Path, **_how: object) -> None:
        Path(path).write_bytes(b"half a picture")
        raise KeyboardInterrupt

    return lambda: monkeypatch.setattr("matplotlib.figure.Figure.savefig", halfway)
