"""Pictures of a study."""

import math

from study.simulated import MEASURE

from ParaspinalFatLib.study.associations import Association
from ParaspinalFatLib.study.groups import Bands, group_means
from ParaspinalFatLib.study.measures import Measure
from ParaspinalFatLib.study.mediation import mediate
from ParaspinalFatLib.study.plots import write_correlations, write_group_means, write_mediations

FF = Measure.read(MEASURE).name


def test_pictures_are_written_also_where_something_could_not_be_computed(simulated, tmp_path):
    found = [Association(FF, "odi", 40, 0, 0.4, 0.2, 0.6, 0.001, 0.002), Association(FF, "x", 3, 37, note="too few")]
    write_correlations(tmp_path / "c.png", found, ["age"])
    mediations = [
        mediate(frame, FF, "endurance", "odi", [], bootstrap=100) for frame in (simulated.frame, simulated.frame[:5])
    ]
    write_mediations(tmp_path / "m.png", mediations)
    rows = group_means(simulated.frame, [FF], Bands("age", [20, 50, 80, 110]), simulated.words["sex"])
    write_group_means(tmp_path / "g.png", rows, FF)
    write_group_means(tmp_path / "one.png", group_means(simulated.frame, [FF], Bands()), FF)
    assert all(path.stat().st_size > 5000 for path in tmp_path.iterdir())


def test_an_effect_in_standard_deviations_does_not_depend_on_the_units(simulated):
    once = mediate(simulated.frame, FF, "endurance", "odi", [], bootstrap=100)
    other = mediate(simulated.frame.assign(odi=simulated.frame["odi"] * 7), FF, "endurance", "odi", [], bootstrap=100)
    assert math.isclose(once.indirect.value * once.scale, other.indirect.value * other.scale)
