"""`python -m actions`: what operators and officers do with leads, tickets and deliveries from a terminal. See `--help`."""

import sys

from actions.cli import main

if __name__ == "__main__":
    sys.exit(main())
