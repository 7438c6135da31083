"""Run in Slicer: every part of the library that Slicer uses can be imported, and none of it loads torch."""

import importlib.util
import pkgutil
import sys

import ParaspinalFatLib

NOT_IN_SLICER = ("command", "training", "report", "sample", "agreement", "cohort")
"""Parts that need packages Slicer lacks, or belong to the command."""

NEEDS_TORCH = ("ParaspinalFatLib.segmentation.unet", "ParaspinalFatLib.segmentation.worker", "ParaspinalFatLib.__main__")


def main() -> None:
    absent = NOT_IN_SLICER if importlib.util.find_spec("qt") else (*NOT_IN_SLICER, "panel")  # so that it also runs elsewhere
    for module in pkgutil.walk_packages(ParaspinalFatLib.__path__, "ParaspinalFatLib."):
        if module.name.split(".")[1] not in absent and module.name not in NEEDS_TORCH:
            importlib.import_module(module.name)
    assert "torch" not in sys.modules, "importing the library has loaded torch"
    from ParaspinalFatLib.resources import resource

    assert resource("SampleCase", "water.nii.gz").is_file(), "the resources are not installed"
    print("imported the library from", ParaspinalFatLib.__file__)


if __name__ == "__main__":
    main()
