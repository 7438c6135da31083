"""Published figures to stand beside ours. They were measured on the authors' own scans: beside, not against."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """Where figures were published.

    Attributes:
        short: for the table.
        about: on what they were measured.
    """

    short: str
    about: str


@dataclass(frozen=True)
class Published:
    """A published figure.

    Attributes:
        structure: abbreviation.
        measure: a column of the summary.
        value: as printed; shares as parts of 1.
        source: where, on what.
    """

    structure: str
    measure: str
    value: str
    source: Source


RADIOLOGY_AI = Source("Radiol Artif Intell 2025", "Zhang et al., T1, T2 and Dixon, volumes from L1/2 to L5/S1")
JOR_SPINE = Source(
    "JOR Spine 2024",
    "dual model, table 2: T2, mid-disc slices L2/3 to L4/5, 125 people (internal) and 50 of another institution (external)",
)
JOR_SPINE_FAT = Source(
    "JOR Spine 2024, fat model",
    "tables 3 and 5, figure 5: pixels of fat in T2 mid-disc slices against hand-made annotation, not against Dixon",
)
DIXON_UNET = Source("BMC Med Imaging 2026", "Dixon, 3D U-Net")
TULONG = Source("Spine Explorer / Tulong", "axial T2 at L4/5")

PUBLISHED_MEASURES = {
    "dice": "Dice",
    "iou": "IoU",
    "recall_at_iou_0.75": "recall, IoU ≥ 0.75",
    "ap_at_iou_0.75": "AP, IoU ≥ 0.75",
}
"""Measures in words."""

PUBLISHED = (
    Published("ES+MF", "dice", "up to 0.936", DIXON_UNET),
    Published("ES", "dice", "0.98 internal, 0.93-0.97 external", RADIOLOGY_AI),
    Published("MF", "dice", "0.98 internal, 0.93-0.97 external", RADIOLOGY_AI),
    Published("MF", "dice", "0.91 internal, 0.90 external", JOR_SPINE),
    Published("IL", "dice", "0.91 internal, 0.91 external", JOR_SPINE),
    Published("LO", "dice", "0.88 internal, 0.88 external", JOR_SPINE),
    Published("PM", "dice", "0.95 internal, 0.95 external", JOR_SPINE),
    Published("QL", "dice", "0.92 internal, 0.91 external", JOR_SPINE),
    Published("IVD", "dice", "0.97 internal, 0.97 external", JOR_SPINE),
    Published("VA", "dice", "0.90 internal, 0.90 external", JOR_SPINE),
    Published("MF", "iou", "0.833-0.884 over the muscles", TULONG),
    Published("ES", "iou", "0.833-0.884 over the muscles", TULONG),
    Published("PM", "iou", "0.833-0.884 over the muscles", TULONG),
    Published("IVD", "iou", "0.922", TULONG),
    Published("canal", "iou", "0.821", TULONG),
    Published("IVD", "recall_at_iou_0.75", "1.000 internal, 1.000 external", JOR_SPINE),
    Published("IVD", "ap_at_iou_0.75", "1.00 internal, 1.00 external", JOR_SPINE),
    Published("PM", "recall_at_iou_0.75", "0.994 internal, 0.996 external", JOR_SPINE),
    Published("PM", "ap_at_iou_0.75", "1.00 internal, 1.00 external", JOR_SPINE),
    Published("QL", "recall_at_iou_0.75", "0.946 internal, 0.935 external", JOR_SPINE),
    Published("QL", "ap_at_iou_0.75", "0.99 internal, 0.98 external", JOR_SPINE),
    Published("IL", "recall_at_iou_0.75", "0.952 internal, 0.935 external", JOR_SPINE),
    Published("IL", "ap_at_iou_0.75", "0.97 internal, 0.97 external", JOR_SPINE),
    Published("LO", "recall_at_iou_0.75", "0.779 internal, 0.735 external", JOR_SPINE),
    Published("LO", "ap_at_iou_0.75", "0.86 internal, 0.80 external", JOR_SPINE),
    Published("MF", "recall_at_iou_0.75", "0.921 internal, 0.885 external", JOR_SPINE),
    Published("MF", "ap_at_iou_0.75", "0.97 internal, 0.95 external", JOR_SPINE),
    Published("VA", "recall_at_iou_0.75", "0.930 internal, 0.923 external", JOR_SPINE),
    Published("VA", "ap_at_iou_0.75", "0.97 internal, 0.96 external", JOR_SPINE),
)

MUSCLES = "all muscles"

FAT_PUBLISHED = (
    Published(MUSCLES, "kappa", "0.76 internal, 0.61 external", JOR_SPINE_FAT),
    Published(MUSCLES, "recall", "0.913 internal, 0.894 external", JOR_SPINE_FAT),
    Published(MUSCLES, "specificity", "0.908 internal, 0.841 external", JOR_SPINE_FAT),
    Published(MUSCLES, "precision", "0.743 internal, 0.577 external", JOR_SPINE_FAT),
    Published(MUSCLES, "f1", "0.82 internal, 0.70 external", JOR_SPINE_FAT),
    Published(MUSCLES, "auc", "0.97 internal, 0.93 external", JOR_SPINE_FAT),
    Published(MUSCLES, "ff_mape_pct", "22.4-35.2 internal, 35.2-50.7 external, by muscle", JOR_SPINE_FAT),
)
"""Of fat maps."""
