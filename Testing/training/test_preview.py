"""The contact sheet is a picture of samples with outlines."""

import numpy as np

from ParaspinalFatLib.training.preview import write_contact_sheet
from ParaspinalFatLib.training.synthesis import Collection


def test_a_sheet_is_written_where_asked(tiny_subject, tmp_path):
    from matplotlib import image

    collection = Collection({"tiny": tiny_subject}, [], {"tiny": 1.0})
    write_contact_sheet(collection, tmp_path / "new" / "sheet.png", seed=0, rows=2, columns=2)
    picture = image.imread(tmp_path / "new" / "sheet.png")
    assert picture.shape[0] > 200
    assert np.ptp(picture[..., 0]) > 0.5
