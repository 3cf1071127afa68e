"""Where the files that travel with the package are: the dbt package, profiles and queries."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeAlias

from segment.errors import SegmentError

BundleName: TypeAlias = Literal["dbt_project", "profiles", "sql"]

_PACKAGE = Path(__file__).resolve().parent


def bundled(name: BundleName) -> Path:
    """Return the directory `name`, in an installed wheel or in a checkout.

    A wheel carries it in `segment/_bundle/<name>`; in a checkout (also an editable
    install) it is `<name>` at the top of the repository.

    Raises
    ------
    SegmentError
        Neither exists, so the installation is incomplete.

    """
    for candidate in (_PACKAGE / "_bundle" / name, _PACKAGE.parent / name):
        if candidate.is_dir():
            return candidate
    message = f"The directory {name!r} that belongs to warehouse-segmentation is missing."
    raise SegmentError(message, "Install the package again: pip install warehouse-segmentation.")
