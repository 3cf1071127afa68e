"""The playbook: the archetypes that segments of behaviour are named after."""

from __future__ import annotations

from segment.core.playbook import MEASURES, Archetype
from segment.tables import Tables, read_rows
from segment.warehouse import Warehouse


def read_playbook(warehouse: Warehouse, tables: Tables) -> tuple[Archetype, ...]:
    """Read the archetypes that segments of behaviour are named after, in their order."""
    ends = [f"{measure}_{end}" for measure in MEASURES for end in ("min", "max")]
    rows = read_rows(
        warehouse,
        f"select archetype, description, {', '.join(ends)} from {tables['segment_playbook']} "
        "order by position",
    )
    return tuple(
        Archetype(
            name,
            description,
            {
                measure: (float(low), float(high))
                for measure, low, high in zip(MEASURES, bounds[::2], bounds[1::2], strict=True)
                if (low, high) != (0, 1)
            },
        )
        for name, description, *bounds in rows
    )
