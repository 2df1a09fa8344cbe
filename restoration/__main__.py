"""`python -m restoration`."""

import sys

from restoration.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
