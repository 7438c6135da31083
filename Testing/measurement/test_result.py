from ParaspinalFatLib.measurement.observation import Observation
from ParaspinalFatLib.measurement.result import Measurement
from ParaspinalFatLib.measurement.table import Table


def test_remarks_are_the_sentences_of_the_observations(a_fifth_fat):
    seen = (Observation("a", "First."), Observation("b", "Second.", ("MF_right",)))
    assert Measurement(Table([]), a_fifth_fat, observations=seen).remarks == ("First.", "Second.")
