"""What the plots of a case show: the profile of a muscle along the spine, and its histogram with the thresholds."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ParaspinalFatLib.anatomy import Side
from ParaspinalFatLib.fat.muscle_histogram import MuscleHistogram
from ParaspinalFatLib.measurement.dictionary import BY_NAME
from ParaspinalFatLib.measurement.level_table import full_name
from ParaspinalFatLib.measurement.profile import Profile, ProfilePoint
from ParaspinalFatLib.scene.plots import Chart, Series, Style
from ParaspinalFatLib.scene.translation import tr as _

BLUE, VERMILION, GREY, BLACK = (0.0, 0.45, 0.70), (0.84, 0.37, 0.0), (0.4, 0.4, 0.4), (0.0, 0.0, 0.0)
"""Of Okabe and Ito's palette, distinguishable with the common colour-vision deficiencies."""

SIDE_STYLES = {
    Side.RIGHT.value: Style(BLUE, "Solid", "Circle"),
    Side.LEFT.value: Style(VERMILION, "Dash", "Square"),
}
"""The sides differ in colour, line and marker."""

LEVEL_STYLE = Style(GREY, "Dot", width=1.0)
THRESHOLD_STYLE = Style(BLACK, "Solid", width=2.0)

HEADROOM = 1.08
"""Length of the axis relative to the largest value."""

ROOM_FOR_LEGEND = 1.7
"""The same where curves may be high on the right, below the legend."""

QUANTITIES = {"csa_mm2": "CSA", "ff_mean_pct": "FF", "lean_area_mm2": "Lean CSA"}
"""Short names of the columns a profile may show."""

_UNITS = {"mm2": "mm²"}


def profile_chart(profile: Profile) -> Chart:
    """Right against left along the spine, from cranial (left) to caudal, with a dotted line at every level."""
    unit = BY_NAME[profile.column].unit
    highest = profile.largest * ROOM_FOR_LEGEND or 1.0
    series = [_side(side, points) for side, points in profile.points.items()]
    x_title = _("mm caudal of {origin}").format(origin=profile.origin)
    if profile.levels:
        names = [_short(name) for name in profile.levels]
        series.append(_lines(list(profile.levels.values()), names, highest, _("levels"), LEVEL_STYLE))
        x_title = _("mm; dotted: {levels}").format(levels=", ".join(names))
    y_title = f"{QUANTITIES[profile.column]}, {_UNITS.get(unit, unit)}"
    return Chart(_title(profile.structure), x_title, y_title, profile.range_mm, (0.0, highest), series)


def histogram_chart(histogram: MuscleHistogram, structure: str) -> Chart:
    """Voxels by signal or by fat fraction, right against left, with a line at every threshold."""
    edges = histogram.edges
    highest = max((int(counts.max()) for counts in histogram.counts.values()), default=0) * HEADROOM or 1.0
    x = np.repeat(edges, 2)[1:-1]
    series = [
        Series(_(side), x, np.repeat(counts, 2).astype(np.float64), _outline(side))
        for side, counts in histogram.counts.items()
    ]
    if histogram.thresholds:
        texts = [f"{threshold:g}" for threshold in histogram.thresholds]
        name = _("threshold {values}").format(values=", ".join(texts))
        series.append(_lines(list(histogram.thresholds), texts, highest, name, THRESHOLD_STYLE))
    limits = (float(edges[0]), float(edges[-1]))
    return Chart(_title(structure), histogram.quantity, _("voxels"), limits, (0.0, highest), series)


def _title(structure: str) -> str:
    name = full_name(structure)
    return name[:1].upper() + name[1:]


def _short(level: str) -> str:
    """The name of a level without what stands in brackets behind it."""
    return level.partition(" (")[0]


def _side(side: str, points: Sequence[ProfilePoint]) -> Series:
    x, y = np.array([point.position_mm for point in points]), np.array([point.value for point in points])
    return Series(_(side), x, y, SIDE_STYLES[side], [_("slice {number}").format(number=point.slice) for point in points])


def _outline(side: str) -> Style:
    style = SIDE_STYLES[side]
    return Style(style.colour, style.line)


def _lines(places: list[float], names: list[str], highest: float, name: str, style: Style) -> Series:
    """Vertical lines as one series whose pieces are parted by NaN."""
    x = np.repeat(places, 3).astype(np.float64)
    y = np.tile([0.0, highest, math.nan], len(places))
    return Series(name, x, y, style, [text for text in names for _end in range(3)])
