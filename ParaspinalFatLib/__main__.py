"""``python -m ParaspinalFatLib`` is the ``paraspinalfat`` command."""

import sys

from ParaspinalFatLib.command.main import main

if __name__ == "__main__":
    sys.exit(main())
