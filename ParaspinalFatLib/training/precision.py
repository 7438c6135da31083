"""In which precision a network is trained."""

from __future__ import annotations

from pathlib import Path

import torch


def lower_precision(precision: str, device: torch.device) -> bool:
    """Whether to multiply in bfloat16; "auto": where processor or GPU do so natively."""
    if precision != "auto":
        return precision == "bfloat16"
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported()
    return "amx" in _processor_flags()


def _processor_flags() -> str:
    """The processor's features where Linux lists them: without matrix units bfloat16 is slower than float32."""
    information = Path("/proc/cpuinfo")
    return information.read_text() if information.exists() else ""
