"""Pairs of numbers: the same quantity of the same things by a reference and by another method or reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Series = npt.NDArray[np.float64]

FEWEST = 3
"""Pairs below which no statistic is given."""


@dataclass(frozen=True)
class Pairs:
    """Finite pairs of one quantity in one group.

    Attributes:
        reference: (n,) values of the reference (manual reading, first reader, Dixon).
        other: (n,) values of the other one (network, second reader, threshold).
        cases: name of each pair.
        persons: whom each pair comes from; pairs of one person are not independent. Empty: every pair another person.
        unit: of the values.
        names: what reference and other are called in plots and text.
    """

    reference: Series
    other: Series
    cases: Sequence[str] = ()
    persons: Sequence[str] = ()
    unit: str = ""
    names: tuple[str, str] = ("reference", "other")
    measure: str = field(default="value")

    @property
    def n(self) -> int:
        """Number of pairs."""
        return len(self.reference)

    @property
    def person_count(self) -> int:
        """Number of persons."""
        return len(set(self.persons)) if self.persons else self.n

    @property
    def repeated(self) -> bool:
        """Whether some person contributes more than one pair."""
        return bool(self.persons) and max(Counter(self.persons).values()) > 1

    @property
    def difference(self) -> Series:
        """(n,) other minus reference."""
        return self.other - self.reference

    @property
    def mean(self) -> Series:
        """(n,) mean of both."""
        return (self.other + self.reference) / 2
