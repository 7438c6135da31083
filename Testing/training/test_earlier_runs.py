"""What a card repeats from the cards of earlier runs, and files that are none."""

import json

import pytest

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.files import sha256_of
from ParaspinalFatLib.training.earlier_runs import (
    UNKNOWN_START,
    begun_with,
    development_run,
    limits_of_start,
    read_facts,
    read_figures,
)

FACTS = {"left_out": ["anna"], "subjects": ["ben"], "iterations": 7, "minutes": 0.1, "seed": 1, "data": []}


def written(tmp_path, content):
    path = tmp_path / "card.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_facts_and_figures_of_the_development_run_are_repeated_as_such(tmp_path):
    card = written(tmp_path, {"sha256": "ab", "training": FACTS, "metrics": [{"dice": 0.9}]})
    told, figures = development_run(card)
    assert told == {"development_run": {"sha256": "ab", **{key: FACTS[key] for key in FACTS if key != "data"}}}
    assert figures == [{"dice": 0.9, "weights": "development run, not these weights"}]
    assert development_run(None) == ({}, [])


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", {"sha256": "ab", "training": {}, "metrics": []}, {"sha256": "ab", "training": FACTS, "metrics": [1]}],
)
def test_a_file_that_is_no_card_of_a_training_is_refused(tmp_path, content):
    with pytest.raises(InputError, match="development card"):
        development_run(written(tmp_path, content))


def test_a_card_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"none\.json cannot be read"):
        development_run(tmp_path / "none.json")


def test_facts_that_are_missing_are_named(tmp_path):
    with pytest.raises(InputError, match=r"comparison .* has no by_method"):
        read_facts(written(tmp_path, {"conditions": {}}), "comparison", ("conditions", "by_method"))


def test_figures_are_a_list_of_mappings(tmp_path):
    assert read_figures(written(tmp_path, [{"n": 1}])) == [{"n": 1}]
    with pytest.raises(InputError, match="no list of mappings"):
        read_figures(written(tmp_path, {"n": 1}))


@pytest.fixture
def weights(tmp_path):
    """A file of weights without a card."""
    (tmp_path / "net.safetensors").write_bytes(b"weights")
    return tmp_path / "net.safetensors"


def test_a_card_names_the_weights_it_was_begun_with_and_the_runs_before_them(weights):
    told = {"seed": 3, "subjects": ["anna_T2w"], "cases": ["anna"], "begun_with": {"sha256": "cd", "subjects": []}}
    digest = sha256_of(weights)
    weights.with_suffix(".json").write_text(json.dumps({"sha256": digest, "training": {**told, "data": []}}))
    begun = begun_with(weights)
    assert begun == {"begun_with": {"sha256": digest, **told}}
    assert limits_of_start(begun) == limits_of_start({}) == []
    assert begun_with(None) == {}


def test_weights_without_a_card_are_named_and_what_they_learned_from_is_said_to_be_unknown(weights):
    begun = begun_with(weights)
    assert begun == {"begun_with": {"sha256": sha256_of(weights), "learned_from": UNKNOWN_START}}
    assert "is unknown" in limits_of_start(begun)[0]
    assert limits_of_start({"subjects": ["anna"], "begun_with": {"subjects": ["ben"], **begun}}) == limits_of_start(begun)


OTHERS = {"sha256": "ab", "training": {"subjects": ["anna"]}}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"sha256": "ab", "training": 3}', json.dumps(OTHERS)])
def test_a_file_that_is_no_card_of_these_weights_ends_no_run_and_tells_nothing_of_them(weights, text):
    weights.with_suffix(".json").write_text(text)
    assert begun_with(weights) == {"begun_with": {"sha256": sha256_of(weights), "learned_from": UNKNOWN_START}}


def test_a_card_of_these_weights_that_names_no_subjects_tells_nothing_of_them(weights):
    card = {"sha256": sha256_of(weights), "training": {"seed": 1}}
    weights.with_suffix(".json").write_text(json.dumps(card))
    assert begun_with(weights)["begun_with"]["learned_from"] == UNKNOWN_START
