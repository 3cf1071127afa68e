"""What is said of a hand-over to a campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segment.display import Display
from segment.printing.values import shown_path

if TYPE_CHECKING:
    from segment.activation import Activation


def say_activation(display: Display, result: Activation) -> None:
    """Say who of a segment is in the files, who is not and why, and how contacts were read."""
    counts, segment = result.counts, result.segment
    facts = {
        "without a contact": counts.without_contact,
        "without consent": counts.without_consent,
        "without a usable address": counts.without_address,
        "with the address of another customer": counts.duplicates,
    }
    left_out = [f"{number:,} {what}" for what, number in facts.items() if number]
    noun = "customer" if counts.customers == 1 else "customers"
    told = ", ".join([f"{counts.customers:,} {noun}", *left_out, f"{counts.written:,} handed over"])
    display.say(f"{segment.segmentation}: {segment.segment_name} for {result.destination}: {told}.")
    if result.name is not None:
        since = "the first of its name" if result.is_first else "compared with the last one"
        display.say(f"The export {result.name} is {since}.")
    for file in result.files:
        noun = "row is" if file.rows == 1 else "rows are"
        change = "" if file.change is None else f"{file.change}: "
        display.say(f"{change}{file.rows:,} {noun} in {shown_path(file.path)}.")
    values = {
        "e-mail addresses are invalid": counts.invalid_emails,
        "phone numbers are not valid, or of no known country": counts.unusable_phones,
        "countries are no two-letter codes": counts.unusable_countries,
        f"texts are too long for {result.destination}": counts.too_long,
    }
    for what, number in values.items():
        if number:
            display.say(f"Note: left out: {number:,} {what}.")
    if result.unreachable:
        display.say(
            f"Note: {result.unreachable:,} who are removed have no contact any more: no file has "
            f"them, so remove them from {result.destination} by hand."
        )
    for finding in result.findings:
        display.say(f"Note: {finding}")
    read = ", ".join(f"{field}={column}" for field, column in result.columns.items())
    display.say(f"Read from {result.contacts}: {read}.")
