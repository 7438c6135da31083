"""The ``paraspinalfat`` command: the same logic as the panel, from a shell, without the Slicer desktop."""
