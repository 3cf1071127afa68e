"""The numeric core: pure functions from numpy arrays to frozen dataclasses.

No I/O and no data frames. Every function is deterministic: the same input gives the same output
bit for bit, whatever the number of threads.
"""
