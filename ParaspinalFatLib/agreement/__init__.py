"""Agreement of two outlines or of two series of numbers: overlap, surface distances and statistics."""
