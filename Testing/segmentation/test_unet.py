"""The network's shape contract, and that its description builds exactly one network."""

import pytest
import torch

from ParaspinalFatLib.segmentation.unet import DEFAULT_ARCHITECTURE, build_unet, multiply_accumulates, with_full_head

TINY = {"kind": "unet2d", "channels": [8, 16, 16], "classes": 5, "groups": 4, "stride": 4}


@pytest.fixture
def network():
    torch.manual_seed(0)
    return build_unet(TINY).eval()


def test_logits_have_one_channel_a_class_and_the_size_of_the_input(network):
    assert network(torch.zeros(2, 1, 24, 32)).shape == (2, 5, 24, 32)


def test_a_slice_gives_the_same_logits_alone_as_in_a_batch(network):
    slices = torch.rand(3, 1, 16, 16)
    with torch.inference_mode():
        torch.testing.assert_close(network(slices)[1:2], network(slices[1:2]), atol=1e-5, rtol=1e-4)


def test_weights_of_one_network_fit_another_of_the_same_description(network):
    build_unet(TINY).load_state_dict(network.state_dict())


def test_the_shipped_size_stays_small():
    parameters = sum(weight.numel() for weight in build_unet(DEFAULT_ARCHITECTURE).parameters())
    assert parameters < 3e6


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "vit"}, "unet2d"),
        ({"stride": 8}, "stride of 4"),
        ({"groups": 3}, "divisible"),
        ({"divides": ["MF"]}, "divides ES, not MF"),
    ],
)
def test_a_description_that_does_not_fit_is_refused(change, words):
    with pytest.raises(ValueError, match=words):
        build_unet({**TINY, **change})


def test_operations_of_the_full_resolution_convolutions_are_counted():
    one_level = {"kind": "unet2d", "channels": [4], "classes": 2, "groups": 1, "stride": 1}
    pixels = 6 * 8
    assert multiply_accumulates(one_level, 6, 8) == pixels * (1 * 4 * 9 + 4 * 4 * 9 + 4 * 2)


def test_weights_made_before_a_division_are_kept_and_the_new_output_starts_as_it_is(network):
    divided = build_unet({**TINY, "divides": ["ES"]}).eval()
    fresh = divided.head.weight[5:].clone()
    divided.load_state_dict(with_full_head(network.state_dict(), divided))
    slices = torch.rand(1, 1, 16, 16)
    torch.testing.assert_close(divided(slices)[:, :5], network(slices))
    torch.testing.assert_close(divided.head.weight[5:], fresh)


def test_a_division_that_is_not_wanted_is_left_out_of_the_weights(network):
    divided = build_unet({**TINY, "divides": ["ES"]})
    network.load_state_dict(with_full_head(divided.state_dict(), network))
    torch.testing.assert_close(network.head.weight, divided.head.weight[:5])
