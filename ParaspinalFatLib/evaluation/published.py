"""Published figures to stand beside ours. They were measured on the authors' own scans: beside, not against."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Published:
    """A published figure.

    Attributes:
        structure: abbreviation, or several with commas.
        measure: a column of the summary.
        value: as printed.
        source: where, on what.
    """

    structure: str
    measure: str
    value: str
    source: str


RADIOLOGY_AI = "Zhang et al., Radiol Artif Intell 2025 (T1, T2, Dixon; volumes L1/2 to L5/S1)"
JOR_SPINE = "JOR Spine 2024, dual model, table 2 (T2, mid-disc slices L2/3 to L4/5)"
DIXON_UNET = "BMC Med Imaging 2026 (Dixon, 3D U-Net)"
TULONG = "Spine Explorer / Tulong (axial T2 at L4/5)"

PUBLISHED = (
    Published("ES+MF", "dice", "up to 0.936", DIXON_UNET),
    Published("ES", "dice", "0.98 internal, 0.93-0.97 external", RADIOLOGY_AI),
    Published("MF", "dice", "0.98 internal, 0.93-0.97 external", RADIOLOGY_AI),
    Published("MF", "dice", "0.91", JOR_SPINE),
    Published("IL", "dice", "0.91", JOR_SPINE),
    Published("LO", "dice", "0.88", JOR_SPINE),
    Published("PM", "dice", "0.95", JOR_SPINE),
    Published("QL", "dice", "0.92", JOR_SPINE),
    Published("IVD", "dice", "0.97", JOR_SPINE),
    Published("VA", "dice", "0.90", JOR_SPINE),
    Published("MF", "iou", "0.833-0.884 over the muscles", TULONG),
    Published("ES", "iou", "0.833-0.884 over the muscles", TULONG),
    Published("PM", "iou", "0.833-0.884 over the muscles", TULONG),
    Published("IVD", "iou", "0.922", TULONG),
    Published("canal", "iou", "0.821", TULONG),
)
