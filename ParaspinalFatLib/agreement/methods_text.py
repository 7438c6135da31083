"""Sentences for the methods section of a paper, saying what was computed, how, and with which versions."""

from __future__ import annotations

import importlib.metadata
import platform
from dataclasses import dataclass

from ParaspinalFatLib import __version__
from ParaspinalFatLib.agreement.clustered import RESAMPLES
from ParaspinalFatLib.agreement.equivalence import Margin

PACKAGES = ("pingouin", "statsmodels", "scipy", "numpy", "SimpleITK")


@dataclass(frozen=True)
class Done:
    """What an analysis of agreement did.

    Attributes:
        names: what reference and other are called.
        margin: of the equivalence test; None if there was none (classes).
        groups: by what the values were grouped, in words; empty: all together.
        masks: whether masks were compared.
        repeated: whether persons contributed several pairs to a group.
        kappa: whether classes were compared.
    """

    names: tuple[str, str]
    margin: Margin | None
    groups: tuple[str, ...] = ()
    masks: bool = False
    repeated: bool = False
    kappa: bool = False


def methods_text(done: Done) -> str:
    """One paragraph, ready to paste."""
    reference, other = done.names
    sentences = [f"Agreement of {other} with {reference} was analysed{_by(done.groups)}."]
    if done.masks:
        sentences.append(
            "Overlap was measured by the Dice coefficient, intersection over union, precision, recall and relative volume "
            "difference; distances between surface voxels (face neighbours, centre to centre, in mm, anisotropic voxels "
            "respected) by the symmetric Hausdorff distance, the larger of the two directed 95th percentiles (HD95) and the "
            "average symmetric surface distance."
        )
    if done.margin is not None:
        sentences += _numeric(done.margin)
    if done.kappa:
        sentences.append(
            "Classes were compared by Cohen's kappa (for ordered classes also with linear and quadratic weights), with "
            "confidence intervals after Fleiss, Cohen and Everitt (1969)."
        )
    if done.repeated:
        sentences.append(
            "Because some persons contributed several measurements to a group, intervals of bias, limits of agreement, "
            f"ICC(2,1), CCC and MAPE were also obtained by resampling whole persons ({RESAMPLES} cluster bootstrap samples, "
            "percentile intervals)."
        )
    sentences.append(f"Intervals are 95 % confidence intervals unless stated otherwise. {versions_sentence()}")
    return " ".join(sentences) + "\n"


def _by(groups: tuple[str, ...]) -> str:
    return f" separately by {', '.join(groups)}" if groups else ""


def _numeric(margin: Margin) -> list[str]:
    of = " of the mean of the reference" if margin.percent else ""
    return [
        "Intraclass correlation coefficients ICC(1,1) to ICC(3,k) follow Shrout and Fleiss (1979), with intervals after "
        "McGraw and Wong (1996); Lin's concordance correlation coefficient (CCC) has the variance of Lin (2000) and an "
        "interval by Fisher's z.",
        "Bland-Altman analysis gives the mean difference (bias), limits of agreement at 1.96 standard deviations with the "
        "intervals of Bland and Altman (1999), and proportional bias as the slope of the difference on the mean.",
        "The relation of the two methods was estimated by Passing-Bablok regression (1983) and by ordinary least squares "
        "(R2); errors are given as mean absolute percentage error (MAPE) and mean squared error (MSE).",
        f"Equivalence was tested by two one-sided paired t tests (Schuirmann 1987) with a margin of {margin.text}{of} at a "
        "level of 5 %.",
    ]


def versions_sentence() -> str:
    """Which programs computed it."""
    found = []
    for name in PACKAGES:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            continue
    return f"Computed by ParaspinalFat {__version__} (Python {platform.python_version()}; {', '.join(found)})."
