"""Warehouse-native customer segmentation: fit in Python, score in SQL, the model is a table."""

from pkgutil import extend_path

# Segment's own SDK (segment-analytics-python) installs `segment/analytics/` without a
# `segment/__init__.py`. In an editable install our `segment` lies elsewhere, so every
# other `segment` directory on the path is searched too.
__path__ = extend_path(__path__, __name__)

__version__ = "0.1.0"
