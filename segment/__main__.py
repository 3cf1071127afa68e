"""`python -m segment` is the `segment` command."""

import sys

from segment.cli import main

if __name__ == "__main__":
    sys.exit(main())
