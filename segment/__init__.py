"""Warehouse-native customer segmentation: fit in Python, score in SQL, the model is a table."""

from __future__ import annotations

from os import PathLike
from pkgutil import extend_path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from segment.door import Segments

# Segment's own SDK (segment-analytics-python) installs `segment/analytics/` without a
# `segment/__init__.py`. In an editable install our `segment` is elsewhere, so every other `segment`
# directory on the path is searched too.
__path__ = extend_path(__path__, __name__)

__version__ = "0.1.0"


def open(directory: str | PathLike[str] = ".") -> Segments:  # noqa: A001 (read as segment.open)
    """Open what a project has published.

    Parameters
    ----------
    directory
        The project, or the directory `published` wherever it is.

    Raises
    ------
    SegmentError
        Nothing is published there.

    """
    from segment.door import Segments

    return Segments.open(directory)
