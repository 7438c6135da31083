"""A whole study: from two tables to correlations, mediations, group means and a healthy group's reference values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ParaspinalFatLib.progress import Progress, no_progress
from ParaspinalFatLib.spreadsheet import Sheet
from ParaspinalFatLib.study.associations import Association, partial_correlations
from ParaspinalFatLib.study.groups import Bands, group_means
from ParaspinalFatLib.study.joined import Joined, Keys, join
from ParaspinalFatLib.study.measures import Measure
from ParaspinalFatLib.study.mediation import BOOTSTRAP, Mediation, mediate
from ParaspinalFatLib.study.own_references import FEWEST, Description, reference_content

if TYPE_CHECKING:
    from pandas import Series


@dataclass(frozen=True)
class Plan:
    """What is analysed.

    Attributes:
        measures: of the cohort's table.
        scores: columns of the covariate table: outcomes.
        functions: its columns that may mediate.
        adjust: its columns held constant.
        method: of correlation.
        bootstrap: samples of the mediation.
        sex, age: its columns, for group means and references.
        age_edges: where age bands begin, and the end of the last one.
        keys: how cases and persons are recognised.
        healthy: column and value of the group that becomes a reference; None: no reference.
        reference_measures: whose percentiles; all measures if empty.
        reference_name: how the reference is called.
        fewest: persons that a group of the reference must have.
    """

    measures: Sequence[Measure]
    scores: Sequence[str] = ()
    functions: Sequence[str] = ()
    adjust: Sequence[str] = ()
    method: str = "pearson"
    bootstrap: int = BOOTSTRAP
    sex: str | None = None
    age: str | None = None
    age_edges: Sequence[float] = ()
    keys: Keys = field(default_factory=Keys)
    healthy: tuple[str, str] | None = None
    reference_measures: Sequence[Measure] = ()
    reference_name: str = "Own healthy group"
    fewest: int = FEWEST

    @property
    def bands(self) -> Bands:
        """The age bands."""
        return Bands(self.age, self.age_edges)

    @property
    def names(self) -> list[str]:
        """Names of the measures."""
        return [measure.name for measure in self.measures]


@dataclass(frozen=True)
class Results:
    """What a study found.

    Attributes:
        joined: the table that was analysed.
        correlations, mediations: in the order of measures, functions, scores.
        means: rows of the table of group means.
        reference: content of a reference file, or None.
        remarks: what the reader must know.
    """

    joined: Joined
    correlations: Sequence[Association]
    mediations: Sequence[Mediation]
    means: Sequence[Mapping[str, object]]
    reference: Mapping[str, object] | None
    remarks: Sequence[str]


def analyse(cohort: Sheet, covariates: Sheet, plan: Plan, progress: Progress = no_progress) -> Results:
    """Join the tables and analyse them; errors as of :func:`joined.join` and :func:`own_references.reference_content`."""
    numeric = [*plan.scores, *plan.functions, *plan.adjust, *filter(None, [plan.age])]
    text = [*filter(None, [plan.sex]), *([plan.healthy[0]] if plan.healthy else [])]
    measures = list(dict.fromkeys([*plan.measures, *plan.reference_measures]))
    joined = join(cohort, covariates, measures, numeric, text, plan.keys)
    pairs = [(x, y) for x in plan.names for y in (*plan.scores, *plan.functions)]
    pairs += [(x, y) for x in plan.functions for y in plan.scores]
    correlations = partial_correlations(joined.frame, pairs, plan.adjust, plan.method)
    mediations = _mediations(joined, plan, progress)
    sexes = joined.words[plan.sex] if plan.sex else None
    means = group_means(joined.frame, [*plan.names, *plan.functions, *plan.scores], plan.bands, sexes)
    reference, remarks = _reference(joined, plan, sexes) if plan.healthy else (None, [])
    return Results(joined, correlations, mediations, means, reference, [*joined.remarks, *remarks])


def _mediations(joined: Joined, plan: Plan, progress: Progress) -> list[Mediation]:
    triples = [(x, m, y) for x in plan.names for m in plan.functions for y in plan.scores]
    found = []
    for number, (x, mediator, y) in enumerate(triples, start=1):
        found.append(mediate(joined.frame, x, mediator, y, plan.adjust, plan.bootstrap))
        progress(number / len(triples), f"Mediation {number} of {len(triples)}")
    return found


def _reference(joined: Joined, plan: Plan, sexes: Series | None) -> tuple[dict[str, object], list[str]]:
    assert plan.healthy is not None
    column, value = plan.healthy
    healthy = joined.frame[joined.words[column] == value]
    described = Description(plan.reference_name, f"{len(healthy)} persons with {column} {value}")
    wanted = plan.reference_measures or plan.measures
    return reference_content(healthy, wanted, joined.fat_methods, plan.bands, sexes, described, plan.fewest)
