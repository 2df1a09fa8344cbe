"""`python -m restoration.synthesis`: results on stdout, progress and errors on stderr."""

import sys

from restoration.commands.running import run_command
from restoration.synthesis.commands import COMMANDS

if __name__ == "__main__":
    sys.exit(
        run_command(
            "python -m restoration.synthesis",
            "Draw histology fields from label maps, with noise as one more class.",
            COMMANDS,
            sys.argv[1:],
        )
    )
