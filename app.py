"""Restore & Rate: `python app.py` serves the app at RR_HOST:RR_PORT and prints its address."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from restoration.commands.environment import checked_settings
from restoration.errors import ExitCode, RestorationError
from ui.serve import data_folder_to_itself, listening_socket, serve


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until stopped; the exit status."""
    argparse.ArgumentParser(
        description="Serve the app at RR_HOST:RR_PORT and print its address.",
        epilog="Every setting is an environment variable; docs/settings.md lists them.",
    ).parse_args(arguments)
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
