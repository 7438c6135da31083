"""Where a fat fraction may not be trusted: reasons per muscle, in the words of the table."""

from __future__ import annotations

from collections.abc import Mapping

from ParaspinalFatLib.anatomy import NOT_VALIDATED_ON_CONVENTIONAL_CONTRAST, STRUCTURES

MUSCLES: tuple[str, ...] = tuple(dict.fromkeys(structure.abbreviation for structure in STRUCTURES if structure.is_muscle))
"""Abbreviations of the muscles, in the order of the table."""

PSOAS_REASON = "no threshold method agreed with Dixon in the psoas (ICC at most 0.01, Wesselink 2024)"
OTHER_REASON = "agreement of thresholds with Dixon is not established in this muscle"


def everywhere(reason: str) -> dict[str, str]:
    """The same reason for every muscle."""
    return dict.fromkeys(MUSCLES, reason)


def on_conventional_contrast(general: str | None = None) -> Mapping[str, str]:
    """Muscle to the reason why a threshold on conventional contrast is not validated there.

    Args:
        general: a reason that holds for every muscle; the particular ones take precedence.

    >>> sorted(on_conventional_contrast())
    ['IC', 'PM', 'QL']
    """
    particular = {
        muscle: PSOAS_REASON if muscle == "PM" else OTHER_REASON
        for muscle in MUSCLES
        if muscle in NOT_VALIDATED_ON_CONVENTIONAL_CONTRAST
    }
    return particular if general is None else everywhere(general) | particular
