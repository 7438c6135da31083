"""Cohorts of drawn cases: small torsos that the tiny network of ``torso`` can outline."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from torso import make_torso

from ParaspinalFatLib.anatomy import BY_IDENTIFIER
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.writing import write_image


def write_cases(folder: Path, count: int) -> Path:
    """Write ``count`` torsos of different noise and a manifest that lists them; returns the manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["case\tanatomy\tmask\tsex\tage\todi"]
    for number in range(count):
        torso = make_torso(slices=3, scale=1.0 + 0.02 * number, seed=number)
        write_image(torso.image, folder / f"t2_{number}.nii.gz")
        write_image(torso.image.with_array(torso.truth), folder / f"mask_{number}.nii.gz")
        lines.append(f"P-{number:02d}\tt2_{number}.nii.gz\t\t{'FM'[number % 2]}\t{40 + number}\t{10 * number}")
    return write_lines(folder / "cases.tsv", lines)


def write_lines(path: Path, lines: list[str]) -> Path:
    """Write a text file and return its path."""
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_broken(folder: Path) -> dict[str, tuple[dict[str, str], str]]:
    """Write one image of every kind that cannot be used.

    Returns:
        Name of the kind to its cells in a manifest and a part of the sentence that is expected.
    """
    torso = make_torso(slices=3)
    good = folder / "t2_0.nii.gz"
    write_image(torso.image, good)
    not_finite = torso.image.array.astype(np.float32)
    not_finite[1, 50, 50] = np.nan
    write_image(torso.image.with_array(not_finite), folder / "nan.nii.gz")
    write_image(torso.image.with_array(np.zeros_like(torso.image.array)), folder / "constant.nii.gz")
    moved = torso.image.affine.copy()
    moved[2, 3] += 5
    write_image(Image(torso.image.array, moved), folder / "moved.nii.gz")
    turned = np.array([[0, 0, 1, 0], [0, 1, 0, 0], [-1, 0, 0, 0], [0, 0, 0, 1.0]])
    write_image(Image(torso.image.array, turned @ torso.image.affine), folder / "sagittal.nii.gz")
    muscles = np.isin(torso.truth, [BY_IDENTIFIER[name].value for name in ("ES_right", "ES_left")])
    without = np.where(muscles, 120, torso.image.array).astype(np.int16)
    write_image(torso.image.with_array(without), folder / "nomuscle.nii.gz")
    content = good.read_bytes()
    (folder / "truncated.nii.gz").write_bytes(content[: len(content) // 2])
    (folder / "text.nii.gz").write_text("no image")
    (folder / "empty.nii.gz").write_bytes(b"")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    (folder / "levels.csv").write_text("level,slice\nL4/5,\n")
    plain = {
        kind: {"anatomy": f"{kind}.nii.gz"} for kind in ("nan", "constant", "sagittal", "nomuscle", "truncated", "text")
    }
    return {
        "missing": ({"anatomy": "nothere.nii.gz"}, "does not exist"),
        "nan": (plain["nan"], "not finite"),
        "constant": (plain["constant"], "every voxel"),
        "sagittal": (plain["sagittal"], "degrees"),
        "nomuscle": (plain["nomuscle"], "muscle"),
        "truncated": (plain["truncated"], "truncated"),
        "text": (plain["text"], "text.nii.gz"),
        "empty": ({"anatomy": "empty.nii.gz"}, "0 bytes"),
        "picture": ({"anatomy": "picture.png"}, "none of NIfTI"),
        "grid": ({"water": "t2_0.nii.gz", "fat": "moved.nii.gz"}, "displaced by up to 5.00 mm"),
        "levels": ({"anatomy": "t2_0.nii.gz", "levels": "levels.csv"}, "Line 2"),
        "mask": ({"anatomy": "t2_0.nii.gz", "mask": "t2_0.nii.gz"}, "label image"),
        "noimage": ({}, "No image"),
        "age": ({"anatomy": "t2_0.nii.gz", "age": "old"}, "age"),
    }


def add_rows(manifest: Path, rows: dict[str, dict[str, str]]) -> None:
    """Add cases to a manifest, with the columns that they need."""
    lines = [line.split("\t") for line in manifest.read_text().splitlines()]
    columns = list(dict.fromkeys([*lines[0], *(name for cells in rows.values() for name in cells)]))
    cases = [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]
    cases += [{"case": name, **cells} for name, cells in rows.items()]
    write_lines(manifest, ["\t".join(columns), *("\t".join(case.get(name, "") for name in columns) for case in cases)])
