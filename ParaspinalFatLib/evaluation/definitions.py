"""What the figures of the page mean, and what its abbreviations stand for."""

from __future__ import annotations

from collections.abc import Collection

from ParaspinalFatLib.anatomy import COMPOSITES, STRUCTURES

DEFINITIONS = (
    "Every figure is the mean over cases (n), only recall and AP are over all their slices together. In cross-validation a "
    "case counts in every split that left it out.",
    "Dice = 2 |truth and prediction| / (|truth| + |prediction|); IoU = |both| / |either|. 1 is perfect, 0 is no overlap.",
    "HD95: the larger one of the two directed 95th percentiles of the surface distances; ASD: average surface distance. RVD "
    "= (predicted - true volume) / true volume: positive is too large.",
    "CSA error: sum over slices of |predicted - true area| in per cent of the sum of true areas.",
    "FF error: mean fat fraction inside the predicted outline minus that inside the true one, in percentage points; muscles "
    "only. By the case's Dixon images where it has them, else, in T1 and T2 images, by Otsu's threshold inside each "
    "outline; a water, fat or phase image by itself has none, nor has one with suppressed fat, a map or a diffusion image. "
    "Where the Dixon images lie on another grid, their fraction is interpolated linearly onto the labels' voxels and "
    "averaged within those that are larger than Dixon's: kappa, recall and AUC of fat maps then compare with a blurred "
    "truth.",
    "Recall and AP at IoU 0.75: what is to be found is a structure in one slice, and it is found if its outline overlaps "
    "the true one with an IoU of at least 0.75. Recall is the part of the true ones that is found.",
    "AP of outlines by a network that ran here: each outline is scored by its mean predicted probability, and AP is the "
    "area under the precision-recall curve over all slices and cases, with the best precision at that or any higher recall "
    "(all points, as PASCAL VOC since 2010). AP of outlines without scores (label maps of other programs, atlases): "
    "precision x recall, which that area is if all scores are equal.",
    "Voxels that the truth calls unknown take part in nothing. A structure that only the truth has gets Dice 0.",
    "Rows of levels are single slices: the one nearest to the middle of the disc.",
)


def abbreviations(shown: Collection[str]) -> str:
    """What the abbreviated structures on the page are.

    >>> abbreviations({"MF", "ES", "ES+MF", "canal"})
    'ES+MF: ES and MF together; MF: multifidus; ES: erector spinae.'
    """
    titles = {name: f"{' and '.join(parts)} together" for name, parts in COMPOSITES.items() if "+" in name}
    titles |= {one.abbreviation: one.title for one in STRUCTURES if one.abbreviation.isupper()}
    said = "; ".join(f"{name}: {title}" for name, title in titles.items() if name in shown)
    return f"{said}." if said else ""
