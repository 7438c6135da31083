"""The errors a user can cause or meet: one family; each message says what is wrong, where, and what to do."""

from __future__ import annotations


class ParaspinalFatError(Exception):
    """Base of every error that is shown to the user as its message, without a traceback.

    ``exit_code`` is the exit status of the ``paraspinalfat`` command when the error ends it.
    """

    exit_code = 1


class InputError(ParaspinalFatError):
    """A file or volume cannot be used: missing, unreadable, wrong dimensions, not finite, constant, empty."""

    exit_code = 3


class GeometryError(ParaspinalFatError):
    """Images do not lie on one grid, or a grid cannot be measured (not axial, sheared, unequal spacing)."""

    exit_code = 4


class MeasurementError(ParaspinalFatError):
    """A quantity cannot be measured on this input (no muscle found, ambiguous fat-fraction scale)."""

    exit_code = 5


class WeightsError(ParaspinalFatError):
    """The network's weights are absent, altered, or do not match their card."""

    exit_code = 6


class OutputError(ParaspinalFatError):
    """The output place cannot be written, or holds results that may not be overwritten."""

    exit_code = 7


class WorkerError(ParaspinalFatError):
    """The network's process failed, ran out of memory or was killed; nothing else was affected."""

    exit_code = 8


class MissingPackageError(ParaspinalFatError):
    """A Python package that this step needs (torch, for the network) is not installed."""

    exit_code = 9


class CohortError(ParaspinalFatError):
    """Some cases of a cohort could not be done; the others are done."""

    exit_code = 10


class Cancelled(ParaspinalFatError):  # noqa: N818  it is an outcome the user asked for, not a failure
    """The user stopped the run; nothing was written or changed."""

    exit_code = 130
