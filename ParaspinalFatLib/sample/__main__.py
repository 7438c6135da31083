"""Make the sample case: ``python -m ParaspinalFatLib.sample --output FOLDER``."""

from __future__ import annotations

import argparse

from ParaspinalFatLib.sample.generate import generate
from ParaspinalFatLib.sample.scan import SEED


def main() -> None:
    """Read the arguments and write the files."""
    parser = argparse.ArgumentParser(prog="python -m ParaspinalFatLib.sample", description=__doc__)
    parser.add_argument("--output", required=True, help="folder to write to; it is made if it does not exist")
    parser.add_argument(
        "--seed", type=int, default=SEED, help="seed of texture, bowel and noise (default: the shipped case's)"
    )
    arguments = parser.parse_args()
    generate(arguments.output, seed=arguments.seed, progress=lambda fraction, message: print(f"{fraction:4.0%} {message}"))


if __name__ == "__main__":
    main()
