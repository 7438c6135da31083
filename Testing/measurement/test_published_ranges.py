from ParaspinalFatLib.measurement.published_ranges import published_ranges


def test_ranges_are_given_for_both_muscles_of_the_series():
    ranges = published_ranges()
    assert set(ranges.volume_ml) == set(ranges.side_difference_pct) == {"MF", "ES"}
    assert all(low < high for low, high in ranges.volume_ml.values())
    assert ranges.extent == ("L5/S1", "L1/2")


def test_the_ranges_are_those_of_the_published_table(shared_data):
    rows = [line.split(",") for line in (shared_data / "lpm_volumes_331" / "lpm_volumes_331.csv").read_text().split()]
    manual = {name: [float(row[rows[0].index(name)]) for row in rows[1:]] for name in rows[0] if name.endswith("_gd")}
    ranges = published_ranges()
    for muscle, right, left in (("MF", "volume2_gd", "volume3_gd"), ("ES", "volume1_gd", "volume4_gd")):
        both = manual[right] + manual[left]
        low, high = ranges.volume_ml[muscle]
        assert low <= min(both) < low + 0.2
        assert high - 0.2 < max(both) <= high
        largest = max((1 - min(pair) / max(pair)) * 100 for pair in zip(manual[right], manual[left], strict=True))
        assert abs(largest - ranges.side_difference_pct[muscle]) < 0.05
