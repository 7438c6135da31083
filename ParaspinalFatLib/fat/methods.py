"""The methods by which fat is measured, and the one way to call them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ParaspinalFatLib.errors import MeasurementError
from ParaspinalFatLib.fat import threshold_map
from ParaspinalFatLib.fat.conventional import FAT_BRIGHT_ROLES
from ParaspinalFatLib.fat.dixon import prepare_dixon
from ParaspinalFatLib.fat.fat_map import FatMap
from ParaspinalFatLib.fat.fraction_map import prepare_fraction_map
from ParaspinalFatLib.fat.gathering import MuscleGatherer
from ParaspinalFatLib.fat.in_opposed import prepare_in_opposed
from ParaspinalFatLib.fat.learned import LEARNED, prepare_learned
from ParaspinalFatLib.fat.seed004 import prepare_seed004
from ParaspinalFatLib.fat.size_only import prepare_size_only
from ParaspinalFatLib.fat.user_threshold import UserThresholdMapper, prepare_user_threshold
from ParaspinalFatLib.imaging.grids import require_same_grid
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.roles import GIVEN_ROLES, Images, Role, require_one_grid

FatMapper = Callable[[Image | None], FatMap]
"""From labels (None for methods that do not use them) to the fat map; what does not depend on them is done beforehand."""

AUTO = "auto"


@dataclass(frozen=True)
class Method:
    """One way to measure fat.

    Attributes:
        name: the name in settings and in the ``fat_method`` column.
        title: what it does, for a list to choose from.
        source: the paper it comes from.
        needs: the images it needs; any one of these sets will do.
        uses_labels: whether the fat map changes with the labels; if not, it stays valid while they are edited.
        prepare: takes the images and the method's options by keyword.
    """

    name: str
    title: str
    source: str
    needs: tuple[frozenset[Role], ...]
    uses_labels: bool
    prepare: Callable[..., FatMapper]

    @property
    def parameters(self) -> Mapping[str, object]:
        """The options the method knows, with their defaults."""
        options = inspect.signature(self.prepare).parameters.values()
        return {option.name: option.default for option in options if option.kind is option.KEYWORD_ONLY}

    def applies_to(self, images: Images) -> bool:
        """Whether the images that it needs are there."""
        return any(roles <= images.keys() for roles in self.needs)


_FAT_BRIGHT = tuple(frozenset({role}) for role in FAT_BRIGHT_ROLES)
_WESSELINK = "Wesselink 2024, N Am Spine Soc J 17:100313"

METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        Method(
            "dixon",
            "Dixon: fat / (fat + water)",
            "Reeder 2012, J Magn Reson Imaging 36:1011",
            (frozenset({Role.WATER, Role.FAT}),),
            False,
            prepare_dixon,
        ),
        Method(
            "fat_fraction_map",
            "Fat-fraction map made by the scanner",
            "",
            (frozenset({Role.FAT_FRACTION}),),
            False,
            prepare_fraction_map,
        ),
        Method(
            "in_opposed",
            "In and opposed phase (two-point, not PDFF)",
            "Dixon 1984, Radiology 153:189",
            (frozenset({Role.IN_PHASE, Role.OPPOSED_PHASE}),),
            False,
            prepare_in_opposed,
        ),
        Method(
            "otsu",
            "Otsu threshold in each muscle",
            "Otsu 1979, IEEE Trans Syst Man Cybern 9:62; in muscles: Chen, DL-Otsu, Eur Radiol",
            _FAT_BRIGHT,
            True,
            threshold_map.prepare_otsu,
        ),
        Method(
            "seed004",
            "Otsu threshold per slice, outliers replaced",
            "JOR Spine 2024, dual model of lumbar structures and intramuscular fat, section 5.1",
            _FAT_BRIGHT,
            True,
            prepare_seed004,
        ),
        Method(
            LEARNED,
            "Learned: a network's fat fraction of each voxel",
            "idea: JOR Spine 2024, dual model; trained on contrasts synthesised from Dixon images",
            (frozenset({Role.ANATOMY}),),
            False,
            prepare_learned,
        ),
        Method("gmm3", "Mixture of three normals", _WESSELINK, _FAT_BRIGHT, True, threshold_map.prepare_gmm3),
        Method("gmm2", "Mixture of two normals", _WESSELINK, _FAT_BRIGHT, True, threshold_map.prepare_gmm2),
        Method("kmeans3", "k-means, three clusters", _WESSELINK, _FAT_BRIGHT, True, threshold_map.prepare_kmeans3),
        Method("kmeans2", "k-means, two clusters", _WESSELINK, _FAT_BRIGHT, True, threshold_map.prepare_kmeans2),
        Method(
            "user_threshold",
            "Threshold set by hand",
            "Fortin 2017, Biomed Eng Online 16:61",
            _FAT_BRIGHT,
            True,
            prepare_user_threshold,
        ),
        Method(
            "size_only",
            "Size only, no fat fraction",
            "",
            tuple(frozenset({role}) for role in GIVEN_ROLES),
            False,
            prepare_size_only,
        ),
    )
}
"""Every method, by name, in the order of a list to choose from."""

_AUTOMATIC = ("dixon", "fat_fraction_map", "in_opposed", "otsu", "size_only")
"""In the order of preference; the last one serves images that show no fat, such as a water image alone."""


def fat_map_of(
    images: Images, labels: Image | None, method: str = AUTO, parameters: Mapping[str, object] | None = None
) -> FatMap:
    """The fat fraction of every voxel.

    Args:
        images: the images of the case, all on one grid.
        labels: uint8 labels on that grid; methods without a threshold do without.
        method: a name of :data:`METHODS`, or ``auto``: Dixon where the images allow it, else ``otsu``, else size only.
        parameters: the method's options (:attr:`Method.parameters`).

    Raises:
        GeometryError: the images or the labels do not lie on one grid, or are not near axial where slices matter.
        InputError: an image holds no signal of the kind it should.
        MeasurementError: the method or an option is unknown, does not fit the images, or no muscle is labelled.
    """
    mapper = fat_mapper(images, method, parameters)
    if labels is not None:
        require_same_grid(labels, next(iter(images.values())), "The segmentation", "the image")
    return mapper(labels)


def fat_mapper(
    images: Images,
    method: str = AUTO,
    parameters: Mapping[str, object] | None = None,
    gather: MuscleGatherer | None = None,
) -> FatMapper:
    """What makes the fat map of these images for any labels: keep it while labels are edited.

    For methods that do not use the labels it gives the same map every time. Arguments and errors as in :func:`fat_map_of`.

    Args:
        gather: finds the muscle voxels of the labels, where it has done so for another method already.
    """
    chosen = method_for(images, method)
    options = dict(parameters or {})
    unknown = sorted(options.keys() - chosen.parameters.keys())
    if unknown:
        raise MeasurementError(
            f"The method {chosen.name} has no option {', '.join(unknown)}. It has: {', '.join(chosen.parameters)}."
        )
    mapper = chosen.prepare(images, **options)
    if gather is not None and isinstance(mapper, (threshold_map.ThresholdMapper, UserThresholdMapper)):
        return replace(mapper, gather=gather)
    return mapper


def method_for(images: Images, method: str = AUTO) -> Method:
    """The method that a name stands for on these images.

    Raises:
        GeometryError: the images do not lie on one grid.
        MeasurementError: the name is unknown, or the method needs other images.
    """
    if images:
        require_one_grid(images)
    names = _AUTOMATIC if method == AUTO else (method,)
    unknown = [name for name in names if name not in METHODS]
    if unknown:
        raise MeasurementError(f"There is no fat method {method!r}. Known are: {AUTO}, {', '.join(METHODS)}.")
    for name in names:
        if METHODS[name].applies_to(images):
            return METHODS[name]
    raise MeasurementError(_unsuitable(images, method))


def _unsuitable(images: Images, method: str) -> str:
    if not images:
        return "Fat cannot be measured without an image. Give Dixon images, a fat-fraction map, or a T1 or T2 image."
    given = " and ".join(_words(role) for role in images)
    needed = ", or ".join(" and ".join(sorted(map(_words, roles))) for roles in METHODS[method].needs)
    return f"The method {method} needs the images: {needed}. Given: {given}. Add the missing one, or choose another method."


def _words(role: Role) -> str:
    return role.value.replace("_", " ")
