"""The TOML file of a training: its defaults, and a sentence for everything that cannot be meant."""

import pytest

from ParaspinalFatLib.errors import InputError, OutputError
from ParaspinalFatLib.training.config import NetworkConfig, TrainingConfig, read_config


@pytest.fixture
def written(tmp_path):
    """Writes a file beside a folder of own subjects."""

    def write(text):
        (tmp_path / "own").mkdir(exist_ok=True)
        (tmp_path / "train.toml").write_text(text)
        return tmp_path / "train.toml"

    return write


def test_what_is_not_said_is_as_for_the_shipped_weights_and_paths_are_relative_to_the_file(written):
    config = read_config(written('[data]\nown = "own"\nwithout = ["anna"]\n[training]\nminutes = 5\n'))
    assert (config.learning_rate, config.easy_iterations, config.minutes) == (TrainingConfig().learning_rate, 1200, 5.0)
    assert config.data.own.is_dir()
    assert config.data.without == ("anna",)


def test_samples_are_difficult_from_the_first_on_where_trained_weights_are_the_start(written):
    def easy(more):
        return read_config(written('[data]\nown = "own"\n[training]\n' + more)).easy_iterations

    assert easy("") == 1200
    assert easy('start = "shipped"\n') == 0
    assert easy('start = "shipped"\neasy_iterations = 70\n') == 70


def test_the_default_network_is_the_one_that_is_built_and_each_key_changes_it():
    from ParaspinalFatLib.segmentation.unet import DEFAULT_ARCHITECTURE

    assert DEFAULT_ARCHITECTURE | NetworkConfig().layers == DEFAULT_ARCHITECTURE
    assert NetworkConfig(groups=4).layers == NetworkConfig().layers | {"groups": 4}
    assert NetworkConfig(convolutions=(1, 1, 1, 1, 1)).layers["convolutions"] == [1] * 5
    assert NetworkConfig(channels=(8, 16)).layers == {"channels": [8, 16], "convolutions": [2, 2], "groups": 8, "stride": 2}


def test_an_output_that_is_a_file_is_refused_before_anything_is_read(written, tmp_path):
    (tmp_path / "taken").write_text("a file")
    for output in ("taken", "taken/below"):
        with pytest.raises(OutputError, match="taken"):
            read_config(written(f'[data]\nown = "own"\n[training]\noutput = "{output}"\n'))


def test_shipped_weights_can_be_started_from(written):
    config = read_config(written('[data]\nown = "own"\n[training]\nstart = "shipped"\n'))
    assert config.start_path.is_file()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[training]\nepochs = 3\n", "no key epochs"),
        ("[trainig]\n", "no use for trainig"),
        ("[training\n", "cannot be read"),
        ("[training]\niterations = 0\n", "at least 1"),
        ("[training]\niterations = 1.5\n", "must be a whole number"),
        ("[training]\nprevious = true\n", "no key previous"),
        ('[training]\ndevice = "tpu"\n', "auto, cpu, cuda"),
        ("[training]\nlearning_rate = 0\n", "above 0"),
        ("", "nothing to learn from"),
        ('[data]\nown = "elsewhere"\n', "is no folder"),
        ('[data]\nimages = "own"\n', "belong together"),
        ('[data]\nown = "own"\nlabel_values = "1=heart"\n', "no VALUE=STRUCTURE"),
        ('[data]\nown = "own"\n[network]\nchannels = [10]\n', "divisible"),
        ('[data]\nown = "own"\n[network]\ngroups = 5\n', "divisible"),
        ('[data]\nown = "own"\n[network]\nchannels = [8, 0]\n', "at least 1"),
        ('[data]\nown = "own"\n[network]\nchannels = [-8]\n', "at least 1"),
        ('[data]\nown = "own"\n[network]\nchannels = [8, 8, 8, 8, 8, 8]\n', "at most 5"),
        ('[data]\nown = "own"\n[network]\nconvolutions = [1, 1]\n', "each of the 5 channels"),
        ("[training]\nseed = -1\n", "at least 0"),
        ("[training]\nweight_decay = -0.5\n", "at least 0"),
        ("[training]\nlearning_rate = nan\n", "finite"),
        ("[training]\naveraging = 1.5\n", "at most 1"),
        ('[data]\nown = "own"\n[training]\nname = "a/b"\n', "no file name"),
        ('[data]\nown = "own"\n[training]\ndevelopment_card = "none.json"\n', "none.json cannot be read"),
        ('[data]\nown = "own"\n[training]\nstart = "none.safetensors"\n', "does not exist"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence(written, text, words):
    with pytest.raises(InputError, match=words):
        read_config(written(text))
