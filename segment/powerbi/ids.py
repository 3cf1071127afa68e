"""Ids that come from names, so that a second writing changes nothing."""

from __future__ import annotations

import uuid

_NAMESPACE = uuid.UUID("6b1d2a5e-3c0f-5d0e-9b1c-7f5a2c9d4e31")


def lineage_tag(*names: str) -> str:
    """Return the id by which Power BI follows an object of the model through renames."""
    return str(_id(names))


def object_name(*names: str) -> str:
    """Return the name of a page, visual or filter: 20 hexadecimal digits, as Power BI has them."""
    return _id(names).hex[:20]


def _id(names: tuple[str, ...]) -> uuid.UUID:
    # lengths keep ("a", "b/c") and ("a/b", "c") apart
    return uuid.uuid5(_NAMESPACE, "/".join(f"{len(name)}:{name}" for name in names))
