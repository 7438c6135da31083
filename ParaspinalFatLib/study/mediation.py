"""Mediation: how much of the relation of x with y goes through a mediator (pingouin; bias-corrected bootstrap interval).

Linear regressions with the covariates in each: a = m on x, b = y on m given x, direct = y on x given m, total = y on x; the
indirect effect is a times b. A cross-sectional study cannot tell cause from effect: an indirect effect is a statistical one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ParaspinalFatLib.agreement.estimate import Estimate
from ParaspinalFatLib.agreement.packages import full_precision

if TYPE_CHECKING:
    from pandas import DataFrame

BOOTSTRAP = 5000
SEED = 20240229
"""Fixed, so that the same table gives the same interval."""

FEWEST = 20
"""Complete cases below which no mediation is computed."""

PATHS = ("a: mediator on x", "y on mediator", "total: y on x", "direct: y on x given mediator", "indirect: through mediator")


@dataclass(frozen=True)
class Mediation:
    """One mediation.

    Attributes:
        x, mediator, y: the variables.
        n: complete cases; missing: cases left out for lack of a value.
        paths: the effects with 95 % intervals, in units of y (or of the mediator) per unit of x, in the order of PATHS.
        scale: SD of x divided by SD of y: a total, direct or indirect effect times it is in SD of y per SD of x.
        proportion: indirect / total in per cent; only where the total effect is told from 0 and both effects have one sign.
        note: why there is none.
    """

    x: str
    mediator: str
    y: str
    n: int
    missing: int
    paths: tuple[Estimate, ...] = ()
    proportion: Estimate = Estimate("proportion mediated", math.nan, unit="%")  # noqa: RUF009  frozen
    scale: float = math.nan
    note: str = ""

    @property
    def rows(self) -> list[dict[str, object]]:
        """Rows of the table, one for each effect."""
        key: dict[str, object] = {"x": self.x, "mediator": self.mediator, "y": self.y, "n": self.n, "missing": self.missing}
        found = (*self.paths, self.proportion) if self.paths else (Estimate("none", math.nan, note=self.note),)
        return [
            {
                **key,
                "path": one.statistic,
                "value": one.value,
                "ci_low": one.low,
                "ci_high": one.high,
                "p": one.p,
                "note": one.note,
            }
            for one in found
        ]

    @property
    def indirect(self) -> Estimate:
        """The indirect effect."""
        return self.paths[-1] if self.paths else Estimate(PATHS[-1], math.nan)


def mediate(
    frame: DataFrame, x: str, mediator: str, y: str, covariates: Sequence[str], bootstrap: int = BOOTSTRAP, seed: int = SEED
) -> Mediation:
    """Mediation of x on y through one mediator, on the cases complete in all variables.

    Args:
        frame: one row a case.
        x, mediator, y: its columns; a mediator of two values is modelled by logistic regression.
        covariates: columns in every regression.
        bootstrap: samples for the indirect effect's interval.
        seed: of the bootstrap.

    Raises:
        MissingPackageError: pingouin is not installed.
    """
    used = [name for name in covariates if name not in (x, mediator, y)]
    complete = frame[[x, mediator, y, *used]].dropna()
    n, missing = len(complete), len(frame) - len(complete)
    constant = [str(name) for name in complete.columns if complete[name].nunique() < 2]
    if n < FEWEST or constant:
        why = f"{', '.join(constant)} does not vary" if constant and n >= FEWEST else f"fewer than {FEWEST} complete cases"
        return Mediation(x, mediator, y, n, missing, note=why)
    with full_precision() as pingouin:
        table = pingouin.mediation_analysis(
            complete, x=x, m=mediator, y=y, covar=used or None, n_boot=bootstrap, seed=seed, alpha=0.05
        )
    *direct, indirect = (
        Estimate(name, float(row["coef"]), float(row["CI2.5"]), float(row["CI97.5"]), float(row["pval"]))
        for name, (_, row) in zip(PATHS, table.iterrows(), strict=True)
    )
    note = f"bias-corrected bootstrap, {bootstrap} samples; p is not resolved below {1 / bootstrap:g}"
    paths = (*direct, replace(indirect, p=max(indirect.p, 1 / bootstrap), note=note))
    return Mediation(x, mediator, y, n, missing, paths, _proportion(paths), float(complete[x].std() / complete[y].std()))


def _proportion(paths: tuple[Estimate, ...]) -> Estimate:
    total, direct, indirect = paths[2:]
    name = "proportion mediated"
    if total.low <= 0 <= total.high:
        return Estimate(name, math.nan, unit="%", note="the total effect's interval holds 0: no proportion")
    if direct.value * indirect.value < 0:
        return Estimate(name, math.nan, unit="%", note="direct and indirect effect oppose one another: no proportion")
    return Estimate(name, 100 * indirect.value / total.value, unit="%", note="indirect / total")
