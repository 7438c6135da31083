"""The fat network at work: on the image's own grid whatever its voxel order, in this process and in its own."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from phantoms import orientations, stored_as
from torso import CARD, Torso, axial_affine, make_torso

from ParaspinalFatLib.case import MeasurementSettings, process
from ParaspinalFatLib.errors import InputError, MissingPackageError, WeightsError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.segmentation.fat_card import read_fat_card
from ParaspinalFatLib.segmentation.fat_prediction import predict_fat_fraction
from ParaspinalFatLib.segmentation.fat_process import WorkerFatPredictor


@pytest.fixture(scope="module")
def fat_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network whose fraction grows with the grey value: one pixel's, normalised over the slice, through a sigmoid."""
    import torch
    from safetensors.torch import save_file

    from ParaspinalFatLib.segmentation.unet import build_unet

    architecture = {"kind": "unet2d", "channels": [1], "convolutions": [1], "classes": 1, "groups": 1, "stride": 1}
    network = build_unet(architecture)
    with torch.no_grad():
        weights = network.state_dict()
        weights["encoder.0.0.weight"].zero_()[0, 0, 1, 1] = 1.0
        weights["head.weight"].fill_(2.0)
        weights["head.bias"].fill_(-1.0)
    folder = tmp_path_factory.mktemp("fat")
    save_file(network.state_dict(), folder / "tiny-fat.safetensors")
    digest = hashlib.sha256((folder / "tiny-fat.safetensors").read_bytes()).hexdigest()
    card = CARD | {"name": "tiny-fat", "quantity": "fat_fraction", "architecture": architecture, "sha256": digest}
    (folder / "tiny-fat.json").write_text(json.dumps(card))
    return folder / "tiny-fat.json"


@pytest.fixture(scope="module")
def torso() -> Torso:
    return make_torso(slices=2)


def predicted(image: Image, card: Path) -> np.ndarray:
    return predict_fat_fraction(image, read_fat_card(card), device="cpu", threads=1).fraction.array


def test_the_answer_of_every_voxel_lies_on_that_voxel(torso, fat_weights):
    """Right erector spinae, the torso around, left erector spinae and canal are brighter in this order."""
    found = predicted(torso.image, fat_weights)
    assert found.dtype == np.float32
    grey = np.where(torso.truth == 0, torso.image.array, 0)
    parts = [torso.truth == 3, (grey > 100) & (grey < 140), torso.truth == 4, torso.truth == 14]
    means = [float(np.nanmean(found[part])) for part in parts]
    assert means == sorted(means)
    assert 0 < means[0] < 0.3 < means[-1] < 1


def test_the_body_has_an_answer_and_the_air_outside_its_box_has_none(fat_weights):
    array = np.zeros((1, 120, 160), np.int16)
    array[:, 30:90, 50:110] = np.random.default_rng(0).integers(200, 400, (1, 60, 60))
    found = predicted(Image(array, axial_affine(1.5, 1.5, 4.0)), fat_weights)
    assert np.isfinite(found[:, 30:90, 50:110]).all()
    assert np.isnan(found[:, 0, 0]).all()


def test_a_slice_of_one_grey_value_has_no_answer(torso, fat_weights):
    array = torso.image.array.copy()
    array[1] = 77
    found = predicted(torso.image.with_array(array), fat_weights)
    assert np.isnan(found[1]).all()
    assert np.isfinite(found[0][torso.truth[0] > 0]).all()


def test_in_every_voxel_order_the_same_voxel_gets_the_same_fraction(torso, fat_weights):
    """Oblong pixels, so that rows and columns cannot be exchanged unnoticed."""
    image = Image(torso.image.array[:, :, ::2].copy(), axial_affine(3.0, 1.5, 4.0))
    fraction = image.with_array(predicted(image, fat_weights))
    for order in orientations():
        expected = stored_as(fraction, *order).array
        np.testing.assert_allclose(predicted(stored_as(image, *order), fat_weights), expected, atol=1e-6)


@pytest.mark.parametrize("pixel_mm", [(0.45, 0.3), (0.7, 1.1), (1.4, 2.3)])
def test_fractions_lie_where_the_signal_lies_whatever_the_pixels(fat_weights, pixel_mm):
    """The fractions' centre of mass is that of a bright ball between the pixels, to a twentieth of a millimetre."""
    centre, sizes = (70.3, 81.7), [round(150 / pixel) for pixel in pixel_mm]
    lines = [pixel * np.arange(size) for pixel, size in zip(pixel_mm, sizes, strict=True)]
    distance = (lines[0][:, None] - centre[0]) ** 2 + (lines[1][None, :] - centre[1]) ** 2
    ball = np.round(1000 * np.exp(-distance / (2 * 8.0**2))).astype(np.int16)
    found = predicted(Image(ball[None], axial_affine(pixel_mm[1], pixel_mm[0], 4.0)), fat_weights)[0]
    bright = np.nan_to_num(found - np.nanmin(found)) * (distance < 20**2)
    middle = [float((bright.sum(axis=1 - axis) * line).sum() / bright.sum()) for axis, line in enumerate(lines)]
    assert middle == pytest.approx(centre, abs=0.05)


def test_the_process_gives_the_fractions_of_the_library_and_a_record(torso, fat_weights):
    seen: list[float] = []
    predictor = WorkerFatPredictor(fat_weights, "cpu", threads=1)
    fraction, record = predictor(torso.image, lambda done, _message: seen.append(done))
    np.testing.assert_array_equal(fraction.array, predicted(torso.image, fat_weights))
    assert record["weights"]["name"] == "tiny-fat"
    assert seen == sorted(seen)


def test_a_case_is_measured_with_what_the_process_predicts(torso, fat_weights):
    def outline(image: Image, progress) -> Image:
        progress(1.0, "Outlining")
        return image.with_array(torso.truth)

    predictor = WorkerFatPredictor(fat_weights, "cpu", threads=1)
    finished = process({Role.ANATOMY: torso.image}, outline, MeasurementSettings("learned"), predict_fat=predictor)
    row = finished.measurement.table.one(structure="ES", side="left", region="whole")
    assert row["fat_method"] == "learned"
    expected = predicted(torso.image, fat_weights)[torso.truth == 4]
    assert row["ff_mean_pct"] == pytest.approx(100 * float(expected.mean(dtype=np.float64)), abs=1e-3)
    assert "not yet compared with Dixon" in row["ff_validity"]


def test_without_torch_it_says_what_to_install(torso, fat_weights, tmp_path):
    script = tmp_path / "python"
    hide = "import sys; sys.modules['torch'] = None; from ParaspinalFatLib.segmentation.worker import main; main()"
    import sys

    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{hide}" "$3"\n')
    script.chmod(0o755)
    with pytest.raises(MissingPackageError, match="needs the Python packages torch and safetensors"):
        WorkerFatPredictor(fat_weights, "cpu", 1, python=script)(torso.image)


def test_an_empty_image_and_altered_weights_are_refused_before_a_process_starts(torso, fat_weights, tmp_path):
    never = WorkerFatPredictor(fat_weights, python=tmp_path / "absent")
    with pytest.raises(InputError, match="is empty"):
        never(torso.image.with_array(np.zeros(torso.image.array.shape, np.int16)))
    (tmp_path / "tiny-fat.json").write_text(fat_weights.read_text())
    (tmp_path / "tiny-fat.safetensors").write_bytes(b"altered")
    with pytest.raises(WeightsError, match="were altered"):
        WorkerFatPredictor(tmp_path / "tiny-fat.json", python=tmp_path / "absent")(torso.image)
