"""Contacts among the columns that are mapped, and would be published."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from segment.mapping.values import EMAIL, PHONE, share_of

if TYPE_CHECKING:
    from segment.mapping.draft import Draft


def contact_notes(draft: Draft) -> Iterator[str]:
    """Say which mapped columns contain e-mail addresses or phone numbers, and what to do."""
    names = draft.expressions if draft.input == "customers" else {"customer_id"}
    for name in names:
        source = draft.source(name)
        if source is None or not source.is_text or not source.examples:
            continue
        for what, pattern in (("e-mail addresses", EMAIL), ("phone numbers", PHONE)):
            if share_of(source, pattern.fullmatch) == 0:
                continue
            if name == "customer_id":
                advice = "every public table of customers has it: map another id, or a hash of it"
            else:
                advice = (
                    f"would be published as {name}: take it out, since `segment export --for` "
                    "joins contacts at export"
                )
            yield f"{source.name} holds {what}, and {advice}."
