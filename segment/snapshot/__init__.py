"""One published version, open for reading: who is where and why, and where others would be."""

from segment.snapshot.opened import Snapshot

__all__ = ["Snapshot"]
