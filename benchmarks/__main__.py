"""`make bench`: every benchmark of the project, one after the other."""

from __future__ import annotations

import argparse

from benchmarks.stages import measure, show

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--lines", type=int, nargs="+", default=[1_000_000])
    for lines in parser.parse_args().lines:
        show(measure(lines))
