"""What weights withhold is told to the reader."""

from __future__ import annotations

from ParaspinalFatLib.segmentation.withheld import withheld_observations


def test_each_withheld_structure_is_named_and_flagged() -> None:
    report = {"withheld": {"IC_right": {"reason": "Dice 0.1", "voxels": 5}, "sacrum": {"reason": "", "voxels": 0}}}
    (told,) = withheld_observations(report)
    assert told.structures == ("IC_right", "sacrum")
    assert "right iliacus, sacrum" in told.sentence


def test_without_report_or_without_withheld_structures_nothing_is_told() -> None:
    assert withheld_observations(None) == ()
    assert withheld_observations({"withheld": {}}) == ()
    assert withheld_observations({}) == ()
