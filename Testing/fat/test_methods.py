import numpy as np
import pytest

from ParaspinalFatLib.errors import GeometryError, MeasurementError
from ParaspinalFatLib.fat.learned import PredictedFraction, fingerprint
from ParaspinalFatLib.fat.methods import METHODS, fat_map_of, fat_mapper, method_for
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role

AFFINE = np.diag([-1.0, -1.0, 4.0, 1.0])
A = Image(np.arange(1.0, 65.0).reshape(1, 8, 8), AFFINE)
W, F, M, IP, OP = (Role.WATER, Role.FAT, Role.FAT_FRACTION, Role.IN_PHASE, Role.OPPOSED_PHASE)
MUSCLE = Image(np.ones((1, 8, 8), np.uint8), AFFINE)
PREDICTED = PredictedFraction(A.array / 64, AFFINE, fingerprint(A.array), {})


def needed_by(name: str) -> dict[Role, Image]:
    """The images of a case that a method can be applied to; what a network predicted is among them."""
    return dict.fromkeys(sorted(METHODS[name].needs[0]), A) | {Role.LEARNED_FRACTION: PREDICTED}


@pytest.mark.parametrize(
    ("roles", "method"),
    [
        ([W, F], "dixon"),
        ([Role.ANATOMY, W, F, M], "dixon"),
        ([M, IP, OP], "fat_fraction_map"),
        ([M, W], "fat_fraction_map"),
        ([IP, OP, Role.ANATOMY], "in_opposed"),
        ([Role.ANATOMY], "otsu"),
        ([Role.ANATOMY, W], "otsu"),
        ([F], "otsu"),
        ([IP], "otsu"),
    ],
)
def test_auto_takes_the_best_that_the_images_allow(roles, method):
    assert method_for(dict.fromkeys(roles, A)).name == method


@pytest.mark.parametrize("roles", [[W], [OP], [OP, W]])
def test_images_that_show_no_fat_give_no_fraction_anywhere_and_say_so(roles):
    found = fat_map_of(dict.fromkeys(roles, A), MUSCLE)
    assert found.method == "size_only"
    assert np.isnan(found.fraction.array).all()
    assert "no fat fraction follows from the" in found.not_validated["MF"]


def test_a_case_without_images_is_refused():
    with pytest.raises(MeasurementError, match="without an image"):
        fat_map_of({}, MUSCLE)


def test_a_fat_image_alone_is_thresholded_and_marked_as_not_validated():
    found = fat_map_of({F: A}, MUSCLE)
    assert found.method == "otsu"
    assert found.parameters["image"] == "fat"
    assert "MF" in found.not_validated


def test_an_unknown_method_is_answered_with_the_known_ones():
    with pytest.raises(MeasurementError, match=r"no fat method 'magic'.*dixon.*gmm3"):
        fat_map_of({Role.ANATOMY: A}, MUSCLE, "magic")


def test_a_method_without_its_images_says_which_ones_are_missing():
    with pytest.raises(MeasurementError, match=r"dixon needs the images: fat and water\. Given: anatomy"):
        fat_map_of({Role.ANATOMY: A}, MUSCLE, "dixon")


def test_an_unknown_option_is_answered_with_the_known_ones():
    with pytest.raises(MeasurementError, match=r"dixon has no option treshold\. It has: noise_floor"):
        fat_map_of({W: A, F: A}, MUSCLE, "dixon", {"treshold": 3})


def test_options_reach_the_method():
    found = fat_map_of({Role.ANATOMY: A}, MUSCLE, "user_threshold", {"threshold": 32})
    assert np.mean(found.fraction.array) == 0.5


@pytest.mark.parametrize("name", METHODS)
def test_every_method_refuses_images_that_do_not_lie_on_one_grid(name):
    method = METHODS[name]
    moved = Image(A.array, AFFINE + np.array([[0, 0, 0, 2.0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]))
    images = dict.fromkeys(sorted(method.needs[0]), A) | {Role.OPPOSED_PHASE: A, Role.WATER: moved}
    options = {"threshold": 5} if name == "user_threshold" else {}
    with pytest.raises(GeometryError, match=r"displaced by up to 2\.00 mm"):
        fat_map_of(images, MUSCLE, name, options)


@pytest.mark.parametrize("name", METHODS)
def test_every_method_refuses_labels_of_another_grid(name):
    images = needed_by(name)
    other = Image(np.ones((1, 8, 9), np.uint8), AFFINE)
    options = {"threshold": 5} if name == "user_threshold" else {}
    options |= {"scale": 100} if name == "fat_fraction_map" else {}
    with pytest.raises(GeometryError, match="sizes 9 x 8 x 1 and 8 x 8 x 1"):
        fat_map_of(images, other, name, options)


@pytest.mark.parametrize("name", METHODS)
def test_every_method_says_whether_it_needs_labels(name):
    images = needed_by(name)
    options = {"threshold": 5} if name == "user_threshold" else {}
    mapper = fat_mapper(images, name, options)
    if METHODS[name].uses_labels:
        with pytest.raises(MeasurementError, match="outline them first"):
            mapper(None)
    else:
        assert mapper(None) is mapper(MUSCLE)


@pytest.mark.parametrize("name", METHODS)
def test_every_map_is_on_the_grid_of_the_case_between_0_and_1_and_carries_its_name(name):
    images = needed_by(name)
    options = {"threshold": 5} if name == "user_threshold" else {}
    found = fat_map_of(images, MUSCLE, name, options)
    assert found.method == name
    assert found.fraction.array.shape == A.array.shape
    assert found.fraction.array.dtype == np.float32
    assert np.array_equal(found.fraction.affine, AFFINE)
    known = found.fraction.array[~np.isnan(found.fraction.array)]
    assert known.size > 0 or name == "size_only"
    assert np.all((known >= 0) & (known <= 1))


@pytest.mark.parametrize("name", METHODS)
def test_the_parameters_of_every_map_can_be_written_as_json(name):
    import json

    images = needed_by(name)
    found = fat_map_of(images, MUSCLE, name, {"threshold": np.float32(5)} if name == "user_threshold" else {})
    assert json.loads(json.dumps(found.parameters)) == found.parameters


def test_measuring_fat_never_loads_torch_nor_packages_that_slicer_lacks():
    import subprocess
    import sys

    code = (
        "import sys; import ParaspinalFatLib.fat.methods, ParaspinalFatLib.fat.quality, ParaspinalFatLib.fat.bias_field;"
        "print([name for name in ('torch', 'skimage', 'sklearn', 'matplotlib', 'pandas', 'slicer') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
