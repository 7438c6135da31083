"""Judge methods on cases: everything that tables and page are made from."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ParaspinalFatLib.agreement.masks import Labelling, Mask
from ParaspinalFatLib.errors import Cancelled, ParaspinalFatError
from ParaspinalFatLib.evaluation.by_slice import Item, SliceFigures, by_slice
from ParaspinalFatLib.evaluation.case_figures import CaseFigures, case_figures
from ParaspinalFatLib.evaluation.fat_figures import FatFigures, fat_figures
from ParaspinalFatLib.evaluation.fat_network import FAT_METHODS, FatNetwork, needs_network
from ParaspinalFatLib.evaluation.methods import Method, contrast_in_words
from ParaspinalFatLib.evaluation.pictures import Candidate, candidates
from ParaspinalFatLib.evaluation.true_fraction import Fraction, shows_fat_bright
from ParaspinalFatLib.evaluation.truth import Truth, labels_of, read_truth
from ParaspinalFatLib.fat.methods import fat_map_of
from ParaspinalFatLib.imaging.grids import require_same_grid
from ParaspinalFatLib.imaging.image import Image
from ParaspinalFatLib.imaging.reading import read_image
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.progress import Progress, no_progress, part
from ParaspinalFatLib.training.labelled_cases import LabelledCase

DIXON = "fat fraction by Dixon"
"""What remarks on the true fat fraction, and reasons why there is none, are about."""


@dataclass(frozen=True)
class HowToJudge:
    """What to judge with.

    Attributes:
        labelling: what the values of the label maps mean.
        lowest_level: name of the most caudal disc, if the reader knows it.
        fat_methods: fat methods to compare with Dixon, where a case has both (:func:`fat_network.method_and_options`).
        contrasts: judge images of these contrasts only; empty: all.
        fat_network: for those of the methods that need it; None: the bundled one, made when it is needed.
    """

    labelling: Labelling = field(default_factory=lambda: Labelling({}, 255))
    lowest_level: str | None = None
    fat_methods: Sequence[str] = FAT_METHODS
    contrasts: Sequence[str] = ()
    fat_network: FatNetwork | None = None


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
        fat_network: name, version and digest of the fat network's weights, if it was judged.
    """

    cases: list[CaseFigures] = field(default_factory=list)
    slices: list[SliceFigures] = field(default_factory=list)
    fat: list[FatFigures] = field(default_factory=list)
    pictures: list[Candidate] = field(default_factory=list)
    left_out: list[tuple[str, str, str, str]] = field(default_factory=list)
    remarks: list[tuple[str, str, str, str]] = field(default_factory=list)
    fat_network: Mapping[str, object] = field(default_factory=dict)

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
        self.fat_network = other.fat_network or self.fat_network


def judge(
    cases: Sequence[LabelledCase], methods: Sequence[Method], how: HowToJudge, progress: Progress = no_progress
) -> Findings:
    """Judge every method on every image of every case. What cannot be judged is left out with its reason."""
    findings = Findings()
    how = replace(how, fat_network=how.fat_network or _network_for(how.fat_methods))
    for number, case in enumerate(cases):
        share = part(progress, number / len(cases), (number + 1) / len(cases))
        with _left_out(findings, Item("", case.name, "")):
            _judge_case(case, read_truth(case, how.labelling, how.lowest_level), methods, how, findings, share)
    progress(1.0, "Judged")
    return findings


def _network_for(fat_methods: Sequence[str]) -> FatNetwork | None:
    return FatNetwork() if any(needs_network(name) for name in fat_methods) else None


@contextlib.contextmanager
def _left_out(findings: Findings, item: Item) -> Iterator[None]:
    """What cannot be judged within the block is left out with its reason, and no other case or method is lost with it."""
    try:
        yield
    except Cancelled:
        raise
    except ParaspinalFatError as error:
        findings.left_out.append((item.case, item.contrast, item.method, str(error)))
    except Exception as error:
        sentence = f"An error of this program ({type(error).__name__}: {error}). Please report it."
        findings.left_out.append((item.case, item.contrast, item.method, sentence))


def _judge_case(
    case: LabelledCase, truth: Truth, methods: Sequence[Method], how: HowToJudge, findings: Findings, progress: Progress
) -> None:
    if truth.fraction_problem:
        findings.left_out.append((case.name, "", DIXON, truth.fraction_problem))
    if truth.fraction_remark:
        findings.remarks.append((case.name, "", DIXON, truth.fraction_remark))
    images = {name: path for name, path in case.images.items() if not how.contrasts or name in how.contrasts}
    for number, (name, path) in enumerate(images.items()):
        contrast = contrast_in_words(name)
        share = part(progress, number / len(images), (number + 1) / len(images))
        share(0.0, f"{case.name}, {contrast}")
        with _left_out(findings, Item("", case.name, contrast)):
            image = read_image(path)
            require_same_grid(image, truth.grid, str(path), "the labels")
            for method in methods:
                item = Item(method.name, case.name, contrast)
                with _left_out(findings, item):
                    findings.add(judge_item(item, method, truth, image, share))
            if shows_fat_bright(name) and truth.fraction is not None:
                _judge_fat(findings, Item("", case.name, contrast), truth, image, how)


def judge_item(item: Item, method: Method, truth: Truth, image: Image, progress: Progress = no_progress) -> Findings:
    """Judge one method on one image.

    Raises:
        ParaspinalFatError: as the method raises it.
    """
    outlined = method.predict(item, image, progress)
    predicted = truth.in_axial_order(outlined.structures)
    fractions = _fractions(truth, item, image, outlined.structures)
    slices = by_slice(item, truth, predicted, fractions, frozenset(method.withheld), outlined.scores)
    plane = truth.view.reorder(image.array)
    return Findings(
        case_figures(item, truth, predicted, slices),
        slices,
        pictures=candidates(item, plane, truth, predicted, slices),
        remarks=[(item.case, item.contrast, item.method, remark) for remark in outlined.remarks],
    )


def _fractions(
    truth: Truth, item: Item, image: Image, predicted: Mapping[str, Mask]
) -> tuple[Fraction | None, Fraction | None]:
    """Fat fraction for the true and for the predicted outlines: Dixon's for both, else Otsu's threshold in each of them.

    None on images that do not show fat bright: in a lone water image the threshold would find muscle.
    """
    if truth.fraction is not None or not shows_fat_bright(item.contrast):
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
        with _left_out(findings, replace(item, method=f"fat by {method}")):
            found = fat_figures(item, truth, image, [method], how.fat_network)
            findings.fat += found
            if found and how.fat_network is not None and needs_network(method):
                findings.fat_network = how.fat_network.about
                findings.remarks += [
                    (item.case, item.contrast, method, remark) for remark in how.fat_network.remarks(item.case)
                ]
