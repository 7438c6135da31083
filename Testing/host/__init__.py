"""Slicer's desktop without Slicer, for tests: the MRML scene is real, Qt is PySide6, the rest are strict stand-ins.

A stand-in has the names of the real thing's interface and no others, so that a typo in the module fails here too.
What it cannot show (layouts, real widgets' event order, dialogs, the module manager) is checked on a real desktop.
"""
