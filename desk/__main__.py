"""`python -m desk`: officers and the audit log, from a terminal. See `--help`."""

import sys

from desk.cli import main

if __name__ == "__main__":
    sys.exit(main())
