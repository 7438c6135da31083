"""Resources are found beside the source tree's package, and a missing card says what is known and what to do."""

import pytest

from ParaspinalFatLib import resources
from ParaspinalFatLib.errors import WeightsError
from ParaspinalFatLib.resources import FAT_CARD, OUTLINES_CARD, resource, resource_folder, weights_card_path


def test_the_source_tree_keeps_its_resources_beside_the_package(repository):
    assert resource_folder() == repository / "Resources"
    assert resource("a", "b.csv") == repository / "Resources" / "a" / "b.csv"


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """An installation with the folder Resources inside the package, as pip and Slicer lay it."""
    (tmp_path / "Resources" / "Weights").mkdir(parents=True)
    monkeypatch.setattr(resources, "PACKAGE", tmp_path)
    return tmp_path / "Resources" / "Weights"


def test_an_installed_package_holds_its_resources_inside(installed):
    assert resource("Weights") == installed


def test_the_outlining_network_is_the_default_and_others_are_found_by_name(installed):
    for name in (OUTLINES_CARD, FAT_CARD, "zzz"):
        (installed / f"{name}.json").touch()
    assert weights_card_path() == installed / f"{OUTLINES_CARD}.json"
    assert weights_card_path(bundled=FAT_CARD) == installed / f"{FAT_CARD}.json"
    assert weights_card_path("zzz", bundled=FAT_CARD) == installed / "zzz.json"


def test_a_path_of_a_card_is_taken_as_it_is(tmp_path):
    assert weights_card_path(tmp_path / "own.json") == tmp_path / "own.json"


def test_an_unknown_name_is_refused_with_the_known_ones(installed):
    (installed / "axial-1.json").touch()
    with pytest.raises(WeightsError, match=r"named sagittal.*Known are: axial-1"):
        weights_card_path("sagittal")


@pytest.mark.usefixtures("installed")
def test_absent_weights_are_said_to_be_absent():
    with pytest.raises(WeightsError, match=r"No network weights named paraspinal-axial in .*Weights"):
        weights_card_path()
