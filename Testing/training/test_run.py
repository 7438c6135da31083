"""A run on a collection: what its card says of the people it learned from."""

import json
from dataclasses import replace

import pytest

from ParaspinalFatLib.training.collection import Collection
from ParaspinalFatLib.training.config import NetworkConfig, TrainingConfig
from ParaspinalFatLib.training.earlier_runs import begun_with
from ParaspinalFatLib.training.run import train

pytestmark = pytest.mark.usefixtures("one_thread")


def test_the_card_and_those_of_later_runs_name_the_cases_whatever_images_each_has(tiny_subject, tmp_path):
    images = [replace(tiny_subject, name=name, case="ben") for name in ("ben_T1w", "ben_T2w")]
    people = [*images, replace(tiny_subject, name="ben_2")]
    collection = Collection({one.name: one for one in people}, [], {one.name: 1.0 for one in people})
    network = NetworkConfig(channels=(8, 8), convolutions=(1, 1))
    config = TrainingConfig(output=tmp_path / "out", iterations=1, device="cpu", network=network)
    card = train(config, collection)
    training = json.loads(card.read_text(encoding="utf-8"))["training"]
    assert training["subjects"] == ["ben_2", "ben_T1w", "ben_T2w"]
    assert training["cases"] == ["ben", "ben_2"]
    assert begun_with(card.with_suffix(".safetensors"))["begun_with"]["cases"] == ["ben", "ben_2"]
