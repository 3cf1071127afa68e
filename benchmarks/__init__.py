"""The project measured: `python -m benchmarks`, or `make bench`."""
