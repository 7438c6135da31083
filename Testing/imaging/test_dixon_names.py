"""What an image shows is read from DICOM tags and names as scanners and people write them, and left open otherwise."""

from __future__ import annotations

import pytest

from ParaspinalFatLib.imaging.dixon_names import Tags, recognised
from ParaspinalFatLib.imaging.roles import Role

W, F, IP, OP, FF, T = (
    Role.WATER,
    Role.FAT,
    Role.IN_PHASE,
    Role.OPPOSED_PHASE,
    Role.FAT_FRACTION,
    Role.ANATOMY,
)


@pytest.mark.parametrize(
    ("name", "role"),
    [
        # Siemens
        ("5: t1_vibe_dixon_tra_W", W),
        ("6: t1_vibe_dixon_tra_F", F),
        ("3: t1_vibe_dixon_tra_in", IP),
        ("4: t1_vibe_dixon_tra_opp", OP),
        ("t2_tse_dixon_tra_W_1", W),
        ("t2_tse_dixon_tra_320_F", F),
        ("qDixon_FF", FF),
        # GE
        ("7: WATER: Ax LAVA-Flex", W),
        ("FAT: Ax LAVA-Flex", F),
        ("InPhase: Ax LAVA-Flex", IP),
        ("OutPhase: Ax LAVA-Flex", OP),
        ("FatFrac: IDEAL IQ", FF),
        ("Fat Fraction: Ax IDEAL IQ", FF),
        # Philips
        ("W mDIXON-All", W),
        ("mDIXON_W", W),
        ("mDIXON-F", F),
        ("sag_mDIXON_IP", IP),
        ("mDIXON_OP", OP),
        ("mDIXON-Quant FF", FF),
        # Canon and names that people give
        ("Opposed Phase", OP),
        ("in_phase", IP),
        ("out of phase", OP),
        ("SampleWater", W),
        ("sub-01_acq-fat_MR", F),
        ("PDFF", FF),
        ("W", W),
        ("case1 fat", F),
    ],
)
def test_dixon_roles_are_recognised_by_name(name: str, role: Role) -> None:
    found = recognised(name)
    assert found is not None
    assert found.role is role
    assert found.source == "its name"


@pytest.mark.parametrize(
    ("name", "contrast"),
    [
        ("T2W_TSE_ax", "T2"),
        ("Ax T2 W", "T2"),
        ("t1_tse_tra", "T1"),
        ("PDw TSE", "PD"),
        ("T2 fat sat", "T2, fat suppressed"),
        ("t2_tse_tra_fs", "T2, fat suppressed"),
        ("T2 SPAIR tra", "T2, fat suppressed"),
        ("T1 water excitation", "T1, fat suppressed"),
        ("T2 post op", "T2"),
    ],
)
def test_conventional_contrasts_are_no_dixon_images(name: str, contrast: str) -> None:
    found = recognised(name)
    assert found is not None
    assert (found.role, found.contrast) == (T, contrast)


@pytest.mark.parametrize(
    "name", ["", "scan", "R2Star: IDEAL IQ", "B0 map", "mDIXON water fraction", "localizer", "12", "lumbar post op"]
)
def test_what_no_name_says_is_left_open(name: str) -> None:
    assert recognised(name) is None


@pytest.mark.parametrize(
    ("values", "role"),
    [
        (("DERIVED", "PRIMARY", "M", "DIXON", "WATER"), W),
        (("ORIGINAL", "PRIMARY", "M", "IN_PHASE"), IP),
        (("ORIGINAL", "PRIMARY", "M", "OPP_PHASE"), OP),
        (("DERIVED", "PRIMARY", "W", "W", "DERIVED"), W),
        (("DERIVED", "PRIMARY", "FF", "FF", "DERIVED"), FF),
        (("DERIVED", "PRIMARY", "DIXON", "FAT"), F),
        (("ORIGINAL", "PRIMARY", "DIXON", "OUT_PHASE"), OP),
    ],
)
def test_the_image_type_counts_more_than_the_name(values: tuple[str, ...], role: Role) -> None:
    found = recognised("t1_vibe_dixon_tra_F" if role is not F else "t1_vibe_dixon_tra_W", Tags(image_type=values))
    assert found is not None
    assert (found.role, found.source) == (role, "its DICOM image type")


def test_the_series_description_counts_more_than_the_name() -> None:
    found = recognised("my scan W", Tags(series_description="t1_vibe_dixon_tra_F"))
    assert found is not None
    assert (found.role, found.source) == (F, "its series description")


@pytest.mark.parametrize(
    ("echo", "repetition", "contrast"), [(98.0, 4000.0, "T2"), (11.0, 560.0, "T1"), (11.0, 4000.0, ""), (40.0, 3000.0, "")]
)
def test_spin_echo_times_tell_t1_from_t2_where_no_word_does(echo: float, repetition: float, contrast: str) -> None:
    tags = Tags(scanning_sequence=("SE",), echo_time_ms=echo, repetition_time_ms=repetition)
    found = recognised("axial scan", tags)
    assert ("" if found is None else found.contrast) == contrast
    assert (
        recognised("axial scan", Tags(scanning_sequence=("GR",), echo_time_ms=echo, repetition_time_ms=repetition)) is None
    )


def test_images_of_one_acquisition_share_the_stem_of_their_names() -> None:
    for names in (
        ("3: t1_vibe_dixon_tra_in", "4: t1_vibe_dixon_tra_opp", "5: t1_vibe_dixon_tra_F", "6: t1_vibe_dixon_tra_W"),
        ("WATER: Ax LAVA-Flex", "FAT: Ax LAVA-Flex", "InPhase: Ax LAVA-Flex", "OutPhase: Ax LAVA-Flex"),
    ):
        found = [recognised(name) for name in names]
        assert len({one.stem for one in found if one is not None}) == 1
    before, after = recognised("pre_W"), recognised("post_W")
    assert before is not None
    assert after is not None
    assert before.stem != after.stem
