import numpy as np

from ParaspinalFatLib.fat.conventional import conventional_image
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import Role

IMAGE = Image(np.ones((1, 2, 2)), np.eye(4))
OTHER = Image(np.ones((1, 2, 2)), np.eye(4))


def test_the_conventional_image_is_preferred_to_dixon_images():
    assert conventional_image({Role.FAT: OTHER, Role.ANATOMY: IMAGE}).image is IMAGE


def test_on_t1_and_t2_multifidus_and_erector_spinae_are_as_published():
    assert set(conventional_image({Role.ANATOMY: IMAGE}).not_validated()) == {"PM", "QL", "IC"}


def test_on_a_fat_image_alone_no_muscle_is_validated():
    reasons = conventional_image({Role.FAT: IMAGE}).not_validated()
    assert "not for a Dixon fat image alone" in reasons["MF"]
    assert reasons.keys() >= {"MF", "ES", "PM"}


def test_the_record_names_the_image_and_the_correction():
    assert conventional_image({Role.IN_PHASE: IMAGE}).record == {"image": "in_phase", "bias_correction": False}


def test_bias_correction_evens_out_one_tissue():
    rows, columns = np.mgrid[:64, :64]
    body = np.hypot(rows - 32, columns - 32) < 28
    shaded = np.where(body, 200 * np.exp((rows - 32) / 50), 0) * np.ones((5, 1, 1))
    image = Image(shaded.astype(np.float32), np.diag([-3.0, -3.0, 5.0, 1.0]))
    corrected = conventional_image({Role.ANATOMY: image}, bias_correction=True)
    inside = shaded > 0
    assert np.std(np.log(corrected.image.array[inside])) < 0.3 * np.std(np.log(shaded[inside]))
    assert corrected.record["bias_correction"] is True
