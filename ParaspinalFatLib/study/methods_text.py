"""Sentences for the methods section of a paper on a study."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ParaspinalFatLib.agreement.methods_text import versions_sentence


@dataclass(frozen=True)
class Done:
    """What a study did.

    Attributes:
        cases: joined cases.
        method: of the correlations; empty if there were none.
        adjusted_for: covariates.
        bootstrap: samples of the mediation; 0 if there was none.
        reference_group: the healthy group in words; empty if no reference was made.
        fewest: persons that a group of the reference had to have.
    """

    cases: int
    method: str = ""
    adjusted_for: Sequence[str] = ()
    bootstrap: int = 0
    reference_group: str = ""
    fewest: int = 0


def methods_text(done: Done) -> str:
    """One paragraph, ready to paste."""
    given = f" given {', '.join(done.adjusted_for)}" if done.adjusted_for else ""
    sentences = [
        f"{done.cases} cases had imaging measures and covariates.",
        "Missing values were not imputed; each analysis used the cases complete in its variables, whose number is given.",
    ]
    if done.method:
        kind = "Partial" if done.adjusted_for else "Plain"
        sentences.append(
            f"{kind} {done.method.capitalize()} correlations{given} have 95 % confidence intervals by Fisher's z; p-values "
            "were also adjusted for all correlations by the false discovery rate (Benjamini and Hochberg 1995)."
        )
    if done.bootstrap:
        sentences.append(
            f"Mediation was analysed by linear regressions{given}; the interval of the indirect effect is the "
            f"bias-corrected bootstrap interval of {done.bootstrap} samples. The design is cross-sectional: indirect "
            "effects are statistical, not causal."
        )
    sentences.append("Group means have 95 % confidence intervals by Student's t.")
    if done.reference_group:
        sentences.append(
            f"Reference values are the quartiles of {done.reference_group}, by sex and age band where a group had at least "
            f"{done.fewest} persons."
        )
    return " ".join([*sentences, versions_sentence()]) + "\n"
