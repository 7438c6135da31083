from ParaspinalFatLib.fat.validity import MUSCLES, everywhere, on_conventional_contrast


def test_psoas_quadratus_lumborum_and_iliacus_are_not_validated_on_conventional_contrast():
    assert set(on_conventional_contrast()) == {"PM", "QL", "IC"}
    assert "ICC at most 0.01" in on_conventional_contrast()["PM"]


def test_a_reason_for_every_muscle_leaves_the_particular_ones_standing():
    reasons = on_conventional_contrast("chosen by hand")
    assert set(reasons) == set(MUSCLES)
    assert reasons["MF"] == "chosen by hand"
    assert reasons["PM"] == on_conventional_contrast()["PM"]


def test_everywhere_names_every_muscle():
    assert list(everywhere("x")) == ["MF", "ES", "PM", "QL", "IC", "IL", "LO"]
