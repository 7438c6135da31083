"""Judge methods on cases: everything that tables and page are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ParaspinalFatLib.agreement.masks import Labelling, Mask
from ParaspinalFatLib.errors import Cancelled, ParaspinalFatError
from ParaspinalFatLib.evaluation.by_slice import Item, SliceFigures, by_slice
from ParaspinalFatLib.evaluation.case_figures import CaseFigures, case_figures
from ParaspinalFatLib.evaluation.fat_figures import FatFigures, fat_figures
from ParaspinalFatLib.evaluation.methods import Method, contrast_in_words
from ParaspinalFatLib.evaluation.pictures import Candidate, candidates
from ParaspinalFatLib.evaluation.truth import Fraction, Truth, labels_of, read_truth, role_of
from ParaspinalFatLib.fat.methods import fat_map_of
from ParaspinalFatLib.imaging.grids import require_same_grid
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.reading import read_image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.progress import Progress, no_progress, part
from ParaspinalFatLib.training.labelled_cases import LabelledCase


@dataclass(frozen=True)
class HowToJudge:
    """What to judge with.

    Attributes:
        labelling: what the values of the label maps mean.
        lowest_level: name of the most caudal disc, if the reader knows it.
        fat_methods: fat methods to compare with Dixon, where a case has both.
        contrasts: judge images of these contrasts only; empty: all.
    """

    labelling: Labelling = field(default_factory=lambda: Labelling({}, 255))
    lowest_level: str | None = None
    fat_methods: Sequence[str] = ("otsu", "seed004", "gmm3")
    contrasts: Sequence[str] = ()


@dataclass
class Findings:
    """What was found.

    Attributes:
        cases: figures of cases.
        slices: figures of slices.
        fat: figures of fat maps.
        pictures: slices of each item from which pictures are chosen.
        left_out: (case, contrast, method, reason) of what could not be judged.
        remarks: (case, contrast, method, sentence) on how far outlines that were judged can be trusted.
    """

    cases: list[CaseFigures] = field(default_factory=list)
    slices: list[SliceFigures] = field(default_factory=list)
    fat: list[FatFigures] = field(default_factory=list)
    pictures: list[Candidate] = field(default_factory=list)
    left_out: list[tuple[str, str, str, str]] = field(default_factory=list)
    remarks: list[tuple[str, str, str, str]] = field(default_factory=list)

    @property
    def remarked(self) -> frozenset[Item]:
        """Items with a remark."""
        return frozenset(Item(method, case, contrast) for case, contrast, method, _ in self.remarks)

    def add(self, other: Findings) -> None:
        """Put other findings behind these."""
        self.cases += other.cases
        self.slices += other.slices
        self.fat += other.fat
        self.pictures += other.pictures
        self.left_out += other.left_out
        self.remarks += other.remarks


def judge(
    cases: Sequence[LabelledCase], methods: Sequence[Method], how: HowToJudge, progress: Progress = no_progress
) -> Findings:
    """Judge every method on every image of every case. What cannot be judged is left out with its reason."""
    findings = Findings()
    for number, case in enumerate(cases):
        share = part(progress, number / len(cases), (number + 1) / len(cases))
        try:
            truth = read_truth(case, how.labelling, how.lowest_level)
        except Cancelled:
            raise
        except ParaspinalFatError as error:
            findings.left_out.append((case.name, "", "", str(error)))
            continue
        _judge_case(case, truth, methods, how, findings, share)
    progress(1.0, "Judged")
    return findings


def _judge_case(
    case: LabelledCase, truth: Truth, methods: Sequence[Method], how: HowToJudge, findings: Findings, progress: Progress
) -> None:
    images = {name: path for name, path in case.images.items() if not how.contrasts or name in how.contrasts}
    for number, (name, path) in enumerate(images.items()):
        contrast = contrast_in_words(name)
        share = part(progress, number / len(images), (number + 1) / len(images))
        share(0.0, f"{case.name}, {contrast}")
        try:
            image = read_image(path)
            require_same_grid(image, truth.grid, str(path), "the labels")
        except ParaspinalFatError as error:
            findings.left_out.append((case.name, contrast, "", str(error)))
            continue
        for method in methods:
            _guarded(findings, Item(method.name, case.name, contrast), method, truth, image, share)
        if role_of(name) is Role.ANATOMY:
            _judge_fat(findings, Item("", case.name, contrast), truth, image, how)


def _guarded(findings: Findings, item: Item, method: Method, truth: Truth, image: Image, progress: Progress) -> None:
    try:
        findings.add(judge_item(item, method, truth, image, progress))
    except Cancelled:
        raise
    except ParaspinalFatError as error:
        findings.left_out.append((item.case, item.contrast, item.method, str(error)))


def judge_item(item: Item, method: Method, truth: Truth, image: Image, progress: Progress = no_progress) -> Findings:
    """Judge one method on one image.

    Raises:
        ParaspinalFatError: as the method raises it.
    """
    outlined = method.predict(item, image, progress)
    predicted = truth.in_axial_order(outlined.structures)
    fractions = _fractions(truth, image, outlined.structures)
    slices = by_slice(item, truth, predicted, fractions, frozenset(method.withheld), outlined.scores)
    plane = truth.view.reorder(image.array)
    return Findings(
        case_figures(item, truth, predicted, slices),
        slices,
        pictures=candidates(item, plane, truth, predicted, slices),
        remarks=[(item.case, item.contrast, item.method, remark) for remark in outlined.remarks],
    )


def _fractions(truth: Truth, image: Image, predicted: Mapping[str, Mask]) -> tuple[Fraction | None, Fraction | None]:
    """Fat fraction for the true and for the predicted outlines: Dixon's for both, else Otsu's threshold in each of them."""
    if truth.fraction is not None:
        return truth.fraction, truth.fraction
    stored = {name: truth.view.restore(mask) for name, mask in truth.structures.items()}
    found: list[Fraction | None] = []
    for outlines in (stored, predicted):
        try:
            fat = fat_map_of({Role.ANATOMY: image}, labels_of(outlines, image), "otsu")
            found.append(truth.view.reorder(fat.fraction.array))
        except ParaspinalFatError:
            found.append(None)
    return found[0], found[1]


def _judge_fat(findings: Findings, item: Item, truth: Truth, image: Image, how: HowToJudge) -> None:
    for method in how.fat_methods:
        try:
            findings.fat += fat_figures(item, truth, image, [method])
        except Cancelled:
            raise
        except ParaspinalFatError as error:
            findings.left_out.append((item.case, item.contrast, f"fat by {method}", str(error)))
