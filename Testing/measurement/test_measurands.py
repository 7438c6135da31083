from ParaspinalFatLib.anatomy import BY_IDENTIFIER, BY_VALUE
from ParaspinalFatLib.measurement.measurands import measurands_of


def value(identifier):
    return BY_IDENTIFIER[identifier].value


def measured(*identifiers):
    return {m.identifier: m for m in measurands_of({value(identifier) for identifier in identifiers})}


def test_a_structure_is_measured_as_labelled():
    assert list(measured("PM_right", "canal")) == ["PM_right", "canal"]
    assert measured("PM_right")["PM_right"].derived_from == "direct"


def test_both_sides_are_summed_where_both_are_labelled():
    both = measured("PM_right", "PM_left")["PM_both"]
    assert both.right_and_left == ((value("PM_right"),), (value("PM_left"),))


def test_erector_spinae_is_derived_from_its_two_parts():
    found = measured("IL_right", "LO_right")
    assert found["ES_right"].values == (value("IL_right"), value("LO_right"))
    assert found["ES_right"].derived_from == "IL+LO"


def test_one_part_alone_is_not_erector_spinae():
    assert list(measured("IL_right")) == ["IL_right"]
    assert list(measured("LO_left")) == ["LO_left"]


def test_a_coarse_label_never_gives_a_finer_one():
    assert list(measured("ES_right", "MF_right")) == ["MF_right", "ES_right", "ES+MF_right"]


def test_es_and_mf_are_put_together_from_whatever_es_came_from():
    assert measured("ES_left", "MF_left")["ES+MF_left"].derived_from == "ES+MF"
    assert measured("IL_left", "LO_left", "MF_left")["ES+MF_left"].derived_from == "IL+LO+MF"


def test_labels_of_es_beside_its_parts_all_count_as_es():
    found = measured("ES_right", "LO_right")["ES_right"]
    assert found.derived_from == "ES+LO"
    assert found.values == (value("ES_right"), value("LO_right"))


def test_each_muscle_of_a_sum_keeps_an_axis_of_its_own():
    sum_of_four = measured("ES_right", "MF_right", "ES_left", "MF_left")["ES+MF_both"]
    assert [len(part) for part in sum_of_four.parts] == [1, 1, 1, 1]
    assert sum_of_four.right_and_left == ((value("ES_right"), value("MF_right")), (value("ES_left"), value("MF_left")))
    one_muscle = measured("IL_right", "LO_right")["ES_right"]
    assert len(one_muscle.parts) == 1


def missing(measurand, *present):
    return [BY_VALUE[v].identifier for v in measurand.missing_in({value(identifier) for identifier in present})]


def test_a_sum_is_whole_only_where_all_its_muscles_are():
    both = measured("ES_right", "MF_right", "ES_left", "MF_left")["ES+MF_both"]
    assert missing(both, "ES_right", "MF_right", "ES_left", "MF_left", "PM_left") == []
    assert missing(both, "ES_right", "MF_left") == ["MF_right", "ES_left"]
    assert missing(measured("PM_right")["PM_right"], "PM_right") == []


def test_erector_spinae_is_whole_as_one_label_or_as_both_of_its_parts():
    divided = measured("IL_right", "LO_right")["ES_right"]
    assert missing(divided, "IL_right", "LO_right") == []
    assert missing(divided, "LO_right") == ["IL_right"]
    mixed = measured("ES_right", "LO_right")["ES_right"]
    assert missing(mixed, "ES_right") == []
    assert missing(mixed, "LO_right") == ["IL_right"]
    assert missing(measured("ES_right", "IL_right", "MF_right")["ES+MF_right"], "MF_right") == ["ES_right"]


def test_the_order_is_that_of_the_table_whatever_is_present():
    order = [m.identifier for m in measurands_of({v.value for v in BY_IDENTIFIER.values()})]
    assert order[:6] == ["MF_right", "MF_left", "MF_both", "ES_right", "ES_left", "ES_both"]
    assert order[-5:] == ["IVD", "VB", "VA", "canal", "sacrum"]
    assert [name for name in order if name in measured("canal", "PM_left", "MF_right", "PM_right")] == list(
        measured("canal", "PM_left", "MF_right", "PM_right")
    )
