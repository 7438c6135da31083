"""ParaspinalFat: segment, measure and correct the paraspinal muscles on lumbar MRI. Research use only."""

__version__ = "0.1.0"
