"""All statistics of agreement of one group of pairs, in the order of the table."""

from __future__ import annotations

import math

from ParaspinalFatLib.agreement.bland_altman import bland_altman
from ParaspinalFatLib.agreement.clustered import clustered_intervals
from ParaspinalFatLib.agreement.concordance import concordance
from ParaspinalFatLib.agreement.equivalence import Margin, equivalence
from ParaspinalFatLib.agreement.estimate import Estimate
from ParaspinalFatLib.agreement.icc import intraclass_correlations
from ParaspinalFatLib.agreement.pairs import FEWEST, Pairs
from ParaspinalFatLib.agreement.passing_bablok import passing_bablok
from ParaspinalFatLib.agreement.regression import errors, linear_regression


def agreement_statistics(pairs: Pairs, margin: Margin) -> tuple[Estimate, ...]:
    """Everything; of fewer than three pairs nothing, with the reason.

    Args:
        pairs: of one group.
        margin: for the equivalence test.

    Raises:
        MissingPackageError: pingouin or statsmodels is not installed.
    """
    if pairs.n < FEWEST:
        return (Estimate("none", math.nan, note=f"fewer than {FEWEST} pairs"),)
    return (
        Estimate(f"mean, {pairs.names[0]}", float(pairs.reference.mean()), unit=pairs.unit),
        Estimate(f"mean, {pairs.names[1]}", float(pairs.other.mean()), unit=pairs.unit),
        *intraclass_correlations([pairs.reference, pairs.other]),
        *concordance(pairs.reference, pairs.other),
        *bland_altman(pairs).estimates,
        *passing_bablok(pairs.reference, pairs.other),
        *linear_regression(pairs),
        *errors(pairs),
        equivalence(pairs, margin),
        *clustered_intervals(pairs),
    )
