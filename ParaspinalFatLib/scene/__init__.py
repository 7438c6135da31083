"""MRML nodes <-> plain images, labels and tables; the only room that imports slicer."""
