"""An exported case: all files or none, no patient's name, and what the trainer reads."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ParaspinalFatLib.case import MeasurementSettings
from ParaspinalFatLib.correction.review import Verdict
from ParaspinalFatLib.errors import InputError, OutputError
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.reading import read_image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.measurement.levels import Level
from ParaspinalFatLib.scene.case_export import Parts, export_case
from ParaspinalFatLib.scene.live_case import LiveCase
from ParaspinalFatLib.scene.logic import SceneLogic
from ParaspinalFatLib.scene.review import levels_to_review, set_verdict
from ParaspinalFatLib.scene.volumes import add_volume

AFFINE = np.array([[-2.0, 0, 0, 80], [0, -2.0, 0, 60], [0, 0, 4.0, -10], [0, 0, 0, 1]])
LEVELS = (Level("L5/S1", (0, 20, -8)), Level("L4/5", (0, 20, 6)))
PATIENT = "Mustermann^Erika"


@pytest.fixture
def torso() -> Image:
    """Six slices: blocks of muscle 1 to 8 a side, disc or body between, canal."""
    labels = np.zeros((6, 64, 80), np.uint8)
    labels[:, 36:50, 30:38], labels[:, 36:50, 42:50] = 1, 2
    labels[:, 34:50, 18:30], labels[:, 34:50, 50:62] = 3, 4
    labels[:, 16:28, 20:30], labels[:, 16:28, 50:60] = 5, 6
    labels[:, 20:30, 8:16], labels[:, 20:30, 64:72] = 7, 8
    labels[0::2, 16:28, 32:48] = 11
    labels[1::2, 16:28, 32:48] = 12
    labels[:, 29:33, 37:43] = 14
    labels[:, 50:54, 38:42] = 13
    return Image(labels, AFFINE)


@pytest.fixture
def live(scene: Any, torso: Image) -> Iterator[LiveCase]:
    """A Dixon case whose nodes are called after a patient, the lower level rejected."""
    fat = np.where(torso.array == 0, 180, 20).astype(np.int16)
    volumes = {
        Role.WATER: add_volume(scene, torso.with_array(np.int16(200) - fat), PATIENT),
        Role.FAT: add_volume(scene, torso.with_array(fat), PATIENT),
    }
    settings = MeasurementSettings(levels=LEVELS)
    nodes = SceneLogic(lambda _image, _progress: torso).process(volumes, settings)
    case = LiveCase(SceneLogic(), volumes, nodes.segmentation, nodes.table, settings)
    lower, _upper = levels_to_review(case.segmentation, torso, case.measurement)
    set_verdict(case.segmentation, lower, Verdict.REJECTED, torso, "AB")
    yield case
    case.close()


def test_all_parts_are_written(live: LiveCase, tmp_path: Path, torso: Image) -> None:
    assert export_case(live, tmp_path / "case", Parts()) == ()
    assert sorted(file.name for file in (tmp_path / "case").iterdir()) == [
        "case.mrb",
        "fat.nii.gz",
        "labels.nii.gz",
        "measurements.csv",
        "measurements_columns.csv",
        "overlay.png",
        "provenance.json",
        "review.csv",
        "water.nii.gz",
    ]
    record = json.loads((tmp_path / "case" / "provenance.json").read_text())
    assert (record["schema"], record["schema_version"]) == ("paraspinalfat-case", 1)
    assert record["labels_sha256"] == hashlib.sha256(torso.array.tobytes()).hexdigest() == record["network_labels_sha256"]
    assert record["segments"]["MF_left"]["kind"] == "AUTOMATIC"
    assert record["undrawn"] == ["IC_right", "IC_left", "sacrum"]
    assert [(row["level"], row["verdict"], row["initials"]) for row in record["review"]] == [
        ("L5/S1", "rejected", "AB"),
        ("L4/5", "open", ""),
    ]


def test_the_table_has_the_columns_of_every_other_table(live: LiveCase, tmp_path: Path) -> None:
    export_case(live, tmp_path / "case", Parts(picture=False, scene=False, training_pair=False))
    live.measurement.table.write_csv(tmp_path / "table.csv")
    assert (tmp_path / "case" / "measurements.csv").read_bytes() == (tmp_path / "table.csv").read_bytes()
    with (tmp_path / "case" / "review.csv").open(encoding="utf-8", newline="") as file:
        assert [row["verdict"] for row in csv.DictReader(file)] == ["rejected", "open"]


def test_images_and_labels_lie_on_the_cases_grid_and_rejected_slices_are_unknown(
    live: LiveCase, tmp_path: Path, torso: Image
) -> None:
    export_case(live, tmp_path / "case", Parts(table=False, picture=False, scene=False))
    labels = read_image(tmp_path / "case" / "labels.nii.gz")
    np.testing.assert_allclose(labels.affine, read_image(tmp_path / "case" / "water.nii.gz").affine)
    lower, upper = levels_to_review(live.segmentation, torso, live.measurement)
    assert np.all(labels.array[lower.slices.start : lower.slices.stop] == 255)
    kept = slice(upper.slices.start, upper.slices.stop)
    np.testing.assert_array_equal(labels.array[kept], np.where(torso.array[kept] == 0, 255, torso.array[kept]))


def test_no_file_of_the_training_pair_names_the_patient(live: LiveCase, tmp_path: Path) -> None:
    import gzip

    export_case(live, tmp_path / "case", Parts(scene=False))
    for file in (tmp_path / "case").iterdir():
        content = file.read_bytes()
        content = gzip.decompress(content) if file.suffix == ".gz" else content
        assert b"Mustermann" not in content, file.name


def test_the_trainer_reads_it_and_takes_a_step(live: LiveCase, tmp_path: Path) -> None:
    from ParaspinalFatLib.training.batches import Settings
    from ParaspinalFatLib.training.collection import Collection
    from ParaspinalFatLib.training.own_subjects import load_own_subjects
    from ParaspinalFatLib.training.trainer import Trainer
    from ParaspinalFatLib.training.view import View

    export_case(live, tmp_path / "own" / "case1", Parts())
    (subject,) = load_own_subjects(tmp_path / "own")
    _lower, upper = levels_to_review(live.segmentation, live.labels(), live.measurement)
    assert len(subject.labels) == len(upper.slices)
    assert set(np.unique(subject.labels)) == {*range(1, 9), 11, 12, 13, 14, 254}
    architecture = {"kind": "unet2d", "channels": [8, 16, 16], "classes": 16, "groups": 4, "stride": 4}
    settings = Settings(iterations=1, batches=((View((48, 64), 0.9, 5.0), 2, 1.0),), precision="float32", workers=0)
    trainer = Trainer(Collection({"case1": subject}, [], {"case1": 1.0}), settings, architecture, device="cpu")
    trainer.run()
    assert len(trainer.losses) == 1
    assert np.isfinite(trainer.losses[0])


def test_an_edit_that_waits_is_measured_first(live: LiveCase, tmp_path: Path, torso: Image) -> None:
    live.apply_labels(np.where(torso.array == 1, 0, torso.array), ["MF_right"], "erased")
    export_case(live, tmp_path / "case", Parts(picture=False, scene=False))
    with (tmp_path / "case" / "measurements.csv").open(encoding="utf-8", newline="") as file:
        assert not any(row["structure"] == "MF" and row["side"] == "right" for row in csv.DictReader(file))


def test_a_folder_with_files_is_replaced_only_when_asked(live: LiveCase, tmp_path: Path) -> None:
    export_case(live, tmp_path / "case", Parts(picture=False, scene=False))
    with pytest.raises(OutputError, match="already holds files"):
        export_case(live, tmp_path / "case", Parts(picture=False, scene=False))
    export_case(live, tmp_path / "case", Parts(picture=False, scene=False, training_pair=False), overwrite=True)
    assert not (tmp_path / "case" / "labels.nii.gz").exists()


def test_images_that_no_export_wrote_are_neither_removed_nor_written_over(live: LiveCase, tmp_path: Path) -> None:
    own = tmp_path / "water.nii.gz"
    own.write_bytes(b"the scanner's")
    export_case(live, tmp_path, Parts(picture=False, scene=False, training_pair=False), overwrite=True)
    export_case(live, tmp_path, Parts(picture=False, scene=False, training_pair=False), overwrite=True)
    assert own.read_bytes() == b"the scanner's"
    before = sorted(tmp_path.iterdir())
    with pytest.raises(OutputError, match=r"water\.nii\.gz, which no export has written"):
        export_case(live, tmp_path, Parts(picture=False, scene=False), overwrite=True)
    assert sorted(tmp_path.iterdir()) == before


def test_a_pair_is_not_put_beside_an_image_that_the_trainer_would_take_for_the_cases(live: LiveCase, tmp_path: Path) -> None:
    (tmp_path / "image.nii.gz").write_bytes(b"a T1 of another day")
    with pytest.raises(OutputError, match=r"image\.nii\.gz, which no export has written"):
        export_case(live, tmp_path, Parts(picture=False, scene=False), overwrite=True)
    assert [file.name for file in tmp_path.iterdir()] == ["image.nii.gz"]


def test_an_exported_pair_is_replaced_again_and_again(live: LiveCase, tmp_path: Path) -> None:
    for _ in range(3):
        export_case(live, tmp_path / "case", Parts(picture=False, scene=False), overwrite=True)
    assert {file.name for file in (tmp_path / "case").glob("*.gz")} == {"labels.nii.gz", "water.nii.gz", "fat.nii.gz"}


def test_a_failure_leaves_nothing(live: LiveCase, tmp_path: Path, torso: Image) -> None:
    _lower, upper = levels_to_review(live.segmentation, torso, live.measurement)
    set_verdict(live.segmentation, upper, Verdict.REJECTED, torso)
    with pytest.raises(InputError, match="nothing to learn from"):
        export_case(live, tmp_path / "case", Parts())
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(InputError, match="Nothing to export was chosen"):
        export_case(live, tmp_path / "case", Parts(False, False, False, False))


def test_without_matplotlib_the_rest_is_exported_and_it_is_said(
    live: LiveCase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib.figure", None)
    (remark,) = export_case(live, tmp_path / "case", Parts(scene=False))
    assert remark.startswith("The picture was left out. The picture needs matplotlib")
    assert not (tmp_path / "case" / "overlay.png").exists()
    assert (tmp_path / "case" / "labels.nii.gz").exists()
