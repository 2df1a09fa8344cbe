"""Restore & Rate: `python app.py` serves the app at RR_HOST:RR_PORT and prints its address."""

from __future__ import annotations

import sys

from restoration.commands.environment import checked_settings
from restoration.errors import ExitCode, RestorationError
from ui.serve import data_folder_to_itself, listening_socket, serve


def main() -> int:
    """Serve until stopped; the exit status."""
    try:
        configuration = checked_settings()
        listener = listening_socket(configuration)
        with listener, data_folder_to_itself(configuration.data_dir):
            from ui.server import build

            serve(build(configuration), listener)
    except RestorationError as error:
        sys.stderr.write(f"{error}\n")
        return int(error.exit_code)
    return int(ExitCode.OK)


if __name__ == "__main__":
    sys.exit(main())
