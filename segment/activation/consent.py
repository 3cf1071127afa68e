"""What a consent column says: yes, no or nothing, by a list of words and never by a guess."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from segment.activation.values import plain_text
from segment.errors import SegmentError
from segment.mapping.nothing import NOTHING

Consent: TypeAlias = Literal["yes", "no", "unsaid", "unread"]

#: Compared in lower case, with blanks, hyphens and underscores as one sign.
YES: Final = frozenset(
    "1 true t yes y on opted_in opt_in optin optedin subscribed consented consent consent_given"
    " given granted accepted agreed allowed confirmed ja oui si sim tak".split()
)
NO: Final = frozenset(
    "0 false f no n off opted_out opt_out optout optedout unsubscribed"
    " not_subscribed non_subscribed never_subscribed unsubscribe denied refused rejected declined"
    " withdrawn revoked not_given no_consent pending unconfirmed cleaned bounced suppressed"
    " blocked nein non nao nie nee nej".split()
)
_SHOWN: Final = 5
_LONGEST: Final = 40


def read_consent(value: object) -> Consent:
    """Return the meaning of a value; a value in no list is unread."""
    if isinstance(value, (float, Decimal)) and value in {0, 1}:
        value = int(value)
    text = plain_text(value)
    if text is None:
        return "unsaid"
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    word = re.sub(r"[\s_-]+", "_", plain.strip())
    if word in YES:
        return "yes"
    if word in NO:
        return "no"
    return "unsaid" if text.strip().lower() in NOTHING else "unread"


def require_read(unread: Mapping[str, int], column: str) -> None:
    """Refuse a column with words that are in no list.

    Raises
    ------
    SegmentError
        There are some: the commonest are named.

    """
    if not unread:
        return
    commonest = sorted(Counter(unread).items(), key=lambda item: (-item[1], item[0]))[:_SHOWN]
    shown = ", ".join(f"'{text[:_LONGEST]}' ({rows:,} rows)" for text, rows in commonest)
    more = f" and {len(unread) - _SHOWN} more" if len(unread) > _SHOWN else ""
    message = (
        f"The column {column} has values that are known neither as consent nor as refusal: "
        f"{shown}{more}."
    )
    hint = "Name a column of yes and no, such as true, 1, opted_in or subscribed, and false."
    raise SegmentError(message, hint)
