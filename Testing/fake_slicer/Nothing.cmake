# Slicer's packaging steps do nothing here.
