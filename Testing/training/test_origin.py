"""What a checkpoint comes from: a run that is continued is the same run."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ParaspinalFatLib.errors import InputError
from ParaspinalFatLib.training.origin import Origin, content_digest

THERE = Origin([], 1, {"channels": [8, 8], "groups": 4}, {"anna": "12", "ben": "34"}, "")
CHECKPOINT = Path("run") / "checkpoint.pt"


def test_the_same_run_is_continued():
    replace(THERE, architecture={"groups": 4, "channels": [8, 8]}).require_same(THERE.as_json(), CHECKPOINT)


@pytest.mark.parametrize(
    ("here", "words"),
    [
        (replace(THERE, contents={"anna": "12"}), "also learned from ben"),
        (replace(THERE, contents={**THERE.contents, "carl": "56"}), "did not learn from carl"),
        (replace(THERE, left_out=["ben"]), "did not leave out ben"),
        (replace(THERE, contents={"anna": "12", "ben": "56"}), "learned from other images or labels of ben"),
        (replace(THERE, seed=7), "seed was 1, not 7"),
        (replace(THERE, architecture={"channels": [8, 16], "groups": 4}), "another network"),
        (replace(THERE, start="abc"), "began with random weights"),
    ],
)
def test_another_run_is_refused_with_what_differs_and_what_to_do(here, words):
    with pytest.raises(InputError, match=rf"checkpoint\.pt is of another run: .*{words}.*another output folder"):
        here.require_same(THERE.as_json(), CHECKPOINT)


def test_a_run_that_began_with_other_weights_or_left_others_out_is_refused():
    there = replace(THERE, start="abc", left_out=["carl"])
    with pytest.raises(InputError, match="left out carl; it began with other weights"):
        replace(THERE, start="abd").require_same(there.as_json(), CHECKPOINT)


def test_an_output_that_divides_may_be_added_but_not_dropped():
    divides = {**THERE.architecture, "divides": ["ES"]}
    replace(THERE, architecture=divides).require_same(THERE.as_json(), CHECKPOINT)
    with pytest.raises(InputError, match="another network"):
        THERE.require_same(replace(THERE, architecture=divides).as_json(), CHECKPOINT)


def test_a_checkpoint_that_does_not_say_where_it_comes_from_is_refused():
    names_alone = {key: value for key, value in json.loads(THERE.as_json()).items() if key != "contents"}
    for kept in (None, json.dumps(names_alone)):
        with pytest.raises(InputError, match="does not say what it learned from"):
            THERE.require_same(kept, CHECKPOINT)


def test_a_digest_tells_pixel_sizes_values_shapes_and_what_is_absent():
    image, labels = np.arange(12.0).reshape(3, 4), np.ones((3, 4), np.uint8)
    digests = [
        content_digest((1.0, 1.0), image, labels),
        content_digest((1.0, 1.5), image, labels),
        content_digest((1.0, 1.0), image + (image == 5), labels),
        content_digest((1.0, 1.0), image.reshape(4, 3), labels.reshape(4, 3)),
        content_digest((1.0, 1.0), image, None, labels),
    ]
    assert len(set(digests)) == len(digests)
    assert content_digest((1.0, 1.0), np.asfortranarray(image), labels) == digests[0]
