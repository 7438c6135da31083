"""The ``paraspinalfat`` command: what it accepts, and how it ends."""

from __future__ import annotations

import argparse
import io
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from ParaspinalFatLib import __version__
from ParaspinalFatLib.command.agree import add_task as add_agree
from ParaspinalFatLib.command.arguments import add_computing, add_measuring
from ParaspinalFatLib.command.batch import add_task as add_batch
from ParaspinalFatLib.command.evaluate import add_task as add_evaluate
from ParaspinalFatLib.command.interrupts import signals_interrupt
from ParaspinalFatLib.command.quality import add_task as add_quality
from ParaspinalFatLib.command.report import add_task as add_report
from ParaspinalFatLib.command.study import add_task as add_study
from ParaspinalFatLib.command.train import add_task as add_train
from ParaspinalFatLib.errors import Cancelled, ParaspinalFatError
from ParaspinalFatLib.imaging.roles import Role

EXIT_CODES = """exit status: 0 done; 2 wrong arguments; 3 input cannot be used; 4 geometry cannot be used;
5 nothing to measure; 6 network weights absent or altered; 7 output cannot be written;
8 the network's process failed; 9 a package is missing; 10 some cases of a cohort could not be done;
130 cancelled; 1 an error of this program"""

INPUTS = {
    Role.ANATOMY: ("--input", "T1, T2 or other conventional image"),
    Role.WATER: ("--water", "Dixon water image"),
    Role.FAT: ("--fat", "Dixon fat image"),
    Role.FAT_FRACTION: ("--fat-fraction", "fat-fraction map (0-1, 0-100 or 0-1000)"),
    Role.IN_PHASE: ("--in-phase", "Dixon in-phase image"),
    Role.OPPOSED_PHASE: ("--opposed-phase", "Dixon opposed-phase image"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status; errors a user can cause are one sentence on standard error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a folder's name must not end the program on an old terminal
    try:
        with signals_interrupt():
            options = parser().parse_args(arguments)
            options.task(options)
        return 0
    except KeyboardInterrupt:
        return _ended(Cancelled("Cancelled; nothing was written."))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader of our output left: no more of it
        return 0
    except ParaspinalFatError as error:
        return _ended(error)
    except MemoryError:
        print("paraspinalfat: not enough memory for this image. Close other programs, or crop the image.", file=sys.stderr)
        return 8
    except Exception:
        traceback.print_exc()
        print("paraspinalfat: an error of this program. Please report the lines above.", file=sys.stderr)
        return 1


def parser() -> argparse.ArgumentParser:
    """The arguments of the command and its tasks."""
    top = argparse.ArgumentParser(
        prog="paraspinalfat",
        description="Outline the paraspinal muscles on lumbar MRI and measure their fat and size. Research use only.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"paraspinalfat {__version__}")
    tasks = top.add_subparsers(required=True, metavar="TASK")
    _add_run(tasks)
    _add_sample(tasks)
    add_batch(tasks)
    add_agree(tasks)
    add_study(tasks)
    add_train(tasks)
    add_evaluate(tasks)
    add_report(tasks)
    add_quality(tasks)
    return top


def _add_run(tasks: argparse._SubParsersAction) -> None:
    task = tasks.add_parser(
        "run",
        help="one case from image to table",
        description="Outline and measure one case. Give one conventional image, or Dixon images, or a fat-fraction map; "
        "each as a NIfTI, NRRD or MetaImage file, one DICOM file, or a folder with one DICOM series.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    images = task.add_argument_group("images, all of one acquisition")
    for role, (flag, meaning) in INPUTS.items():
        images.add_argument(flag, type=Path, metavar="PATH", dest=role.value, help=meaning)
    task.add_argument("--output", type=Path, required=True, metavar="DIR", help="folder for the results")
    measuring = add_measuring(task)
    measuring.add_argument(
        "--levels",
        type=Path,
        metavar="CSV",
        help="named levels: columns level and right_mm, anterior_mm, superior_mm, or level and slice",
    )
    measuring.add_argument(
        "--sagittal",
        type=Path,
        metavar="PATH",
        help="sagittal series of the same examination: levels are named in it instead of the axial images",
    )
    measuring.add_argument(
        "--number-levels", action="store_true", help="number the levels instead of naming them from the images"
    )
    measuring.add_argument("--sex", choices=("female", "male"), help="for published references that differ by sex")
    measuring.add_argument("--age", type=float, metavar="YEARS", help="for published references that differ by age")
    _add_common(task)
    from ParaspinalFatLib.command.run import run

    task.set_defaults(task=run)


def _add_sample(tasks: argparse._SubParsersAction) -> None:
    task = tasks.add_parser(
        "sample",
        help="the main job on the bundled synthetic case, truth beside the result",
        description="Outline and measure the bundled synthetic Dixon scan; print the table with the known truth beside it.",
    )
    task.add_argument("--output", type=Path, metavar="DIR", help="folder for the results; else output/sample, made anew")
    _add_common(task)
    from ParaspinalFatLib.command.sample import sample

    task.set_defaults(task=sample)


def _add_common(task: argparse.ArgumentParser) -> None:
    task.add_argument("--overwrite", action="store_true", help="replace results that are already in the output folder")
    task.add_argument("--scene", action="store_true", help="also write the Slicer scene (case.mrb)")
    task.add_argument("--report", action="store_true", help="also write report.html and report.pdf (DICOM: with patient)")
    task.add_argument("--json", action="store_true", help="print a summary as JSON on standard output")
    task.add_argument("--quiet", action="store_true", help="no progress bar")
    add_computing(task)


def _ended(error: ParaspinalFatError) -> int:
    print(f"paraspinalfat: {error}", file=sys.stderr)
    return error.exit_code
