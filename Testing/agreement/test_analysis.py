"""From paired cells to statistics of every group."""

from ParaspinalFatLib.agreement.analysis import Analysis, analyse, repeated
from ParaspinalFatLib.agreement.pairing import Matched, Pairing


def cells(pairs, person=str):
    return Pairing(tuple(Matched("grade", {}, str(k), person(k), a, b) for k, (a, b) in enumerate(pairs)))


def test_grades_are_ordered_classes_with_weighted_kappas():
    (found,) = analyse(cells([("0", "0"), ("1", "2"), ("2", "2"), ("10", "10")]), Analysis(categorical=True))
    assert {one.statistic for one in found.estimates} >= {"Cohen kappa", "Cohen kappa, quadratic weights"}


def test_a_grade_is_the_same_however_its_number_is_written():
    (found,) = analyse(cells([("0", "0.0"), ("1", "1.0"), ("2.0", "2")]), Analysis(categorical=True))
    assert found.value("Cohen kappa").value == 1


def test_names_of_classes_have_no_order_and_no_weights():
    (found,) = analyse(cells([("fat", "fat"), ("lean", "fat"), ("lean", "lean")]), Analysis(categorical=True))
    assert {one.statistic for one in found.estimates} == {"Cohen kappa", "equal classes"}


def test_numbers_cut_into_classes_get_both():
    numbers = [("5", "6"), ("12", "11"), ("30", "55"), ("60", "61"), ("9", "10.5")]
    (found,) = analyse(cells(numbers), Analysis(limits=[10, 50]))
    assert found.value("equal classes").value == 60
    assert found.value("ICC(2,1)").value < 1


def test_groups_with_several_pairs_of_a_person_are_pointed_out():
    numbers = [("5", "6"), ("12", "11"), ("30", "55")]
    assert not repeated(analyse(cells(numbers), Analysis()))
    assert repeated(analyse(cells(numbers, person=lambda _: "one"), Analysis()))
