"""Intraclass correlations against Shrout and Fleiss' worked example."""

import numpy as np
import pytest
from agreement.published import SHROUT_FLEISS

from ParaspinalFatLib.agreement.icc import FORMS, absolute_agreement, intraclass_correlations

PUBLISHED = {"ICC(1,1)": 0.17, "ICC(2,1)": 0.29, "ICC(3,1)": 0.71, "ICC(1,k)": 0.44, "ICC(2,k)": 0.62, "ICC(3,k)": 0.91}


def test_all_six_forms_are_those_of_shrout_and_fleiss():
    found = {estimate.statistic: estimate.value for estimate in intraclass_correlations(SHROUT_FLEISS.T)}
    assert found == pytest.approx(PUBLISHED, abs=0.005)


def test_the_intervals_are_not_rounded_and_those_of_the_r_package_psych():
    found = {one.statistic: (one.low, one.high) for one in intraclass_correlations(SHROUT_FLEISS.T)}
    assert found["ICC(1,1)"] == pytest.approx((-0.133, 0.723), abs=5e-4)
    assert found["ICC(2,1)"] == pytest.approx((0.019, 0.761), abs=5e-4)
    assert found["ICC(3,1)"] == pytest.approx((0.342, 0.946), abs=5e-4)


def test_the_options_of_pingouin_stay_as_they_were():
    import pingouin

    before = dict(pingouin.options)
    intraclass_correlations(SHROUT_FLEISS.T)
    assert dict(pingouin.options) == before


def test_equal_raters_agree_perfectly_without_an_interval():
    found = {one.statistic: one for one in intraclass_correlations([SHROUT_FLEISS[:, 0]] * 2)}
    assert all(found[name].value == 1 for name in FORMS)
    assert np.isnan(found["ICC(2,1)"].low)


def test_the_closed_form_is_the_library_s(drawn_pairs):
    library = {one.statistic: one.value for one in intraclass_correlations([drawn_pairs.reference, drawn_pairs.other])}
    assert absolute_agreement(drawn_pairs.reference, drawn_pairs.other) == pytest.approx(library["ICC(2,1)"])
