"""One published version, open for reading: assignments, their reasons, and scores for others."""

from segment.snapshot.opened import Snapshot

__all__ = ["Snapshot"]
