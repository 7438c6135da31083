"""Published figures: each measure exists here, and those of the fat model are the ones that were printed."""

import re

from ParaspinalFatLib.anatomy import BY_IDENTIFIER, COMPOSITES
from ParaspinalFatLib.evaluation.measure_tables import FAT_MEASURES, OUTLINE_MEASURES
from ParaspinalFatLib.evaluation.published import FAT_PUBLISHED, PUBLISHED, PUBLISHED_MEASURES


def test_every_figure_is_of_a_structure_and_measure_of_this_program():
    known = {one.abbreviation for one in BY_IDENTIFIER.values()} | set(COMPOSITES)
    assert {one.structure for one in PUBLISHED} <= known
    assert {one.measure for one in PUBLISHED} <= set(PUBLISHED_MEASURES) <= set(OUTLINE_MEASURES)
    assert {one.measure for one in FAT_PUBLISHED} <= set(FAT_MEASURES)


def test_shares_are_parts_of_one_and_every_source_says_on_what():
    for one in (*PUBLISHED, *FAT_PUBLISHED):
        whole = 100 if one.measure.endswith("_pct") else 1
        assert all(0 < float(number) <= whole for number in re.findall(r"\d+\.\d+", one.value))
        assert one.source.short
        assert one.source.about


def test_the_fat_models_figures_are_consistent_with_each_other():
    """F1 is the harmonic mean of precision and recall; kappa follows from them and the specificity."""
    figures = {one.measure: [float(number) for number in re.findall(r"\d\.\d+", one.value)] for one in FAT_PUBLISHED}
    for place in range(2):
        recall, specificity, precision, f1, kappa = (
            figures[name][place] for name in ("recall", "specificity", "precision", "f1", "kappa")
        )
        assert abs(2 * recall * precision / (recall + precision) - f1) < 0.006
        odds = precision * (1 - specificity) / ((1 - precision) * recall)  # of fat against lean pixels
        true = odds / (1 + odds)
        found = recall * true + (1 - specificity) * (1 - true)
        observed = recall * true + specificity * (1 - true)
        chance = found * true + (1 - found) * (1 - true)
        assert abs((observed - chance) / (1 - chance) - kappa) < 0.012
