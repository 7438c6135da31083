"""The fat network as evaluation uses it: names of methods, and whom it learned from."""

import pytest

from ParaspinalFatLib.errors import MeasurementError, WeightsError
from ParaspinalFatLib.evaluation.fat_network import FAT_METHODS, FatNetwork, method_and_options, needs_network
from ParaspinalFatLib.evaluation.methods import TRAINED_WITH_IT
from ParaspinalFatLib.resources import weights_card_path


def test_the_network_and_its_binary_form_are_compared_by_default():
    assert [name for name in FAT_METHODS if needs_network(name)] == ["learned", "learned-binary"]
    assert method_and_options("learned-binary") == ("learned", {"binary": True})


@pytest.mark.parametrize("name", ["guess", "dixon", "size_only"])
def test_what_finds_no_fat_in_t1_or_t2_is_refused_with_what_does(name):
    with pytest.raises(MeasurementError, match=f"{name}.*otsu.*learned-binary"):
        method_and_options(name)


def test_a_case_that_the_bundled_network_learned_from_gets_a_remark():
    network = FatNetwork()
    assert network.remarks("tum01") == (TRAINED_WITH_IT,)
    assert network.remarks("somebody") == ()


def test_a_card_of_another_network_is_refused():
    with pytest.raises(WeightsError):
        FatNetwork(weights_card_path())
