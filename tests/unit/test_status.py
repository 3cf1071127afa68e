"""Which inputs leave it to a reader how their values are read."""

from __future__ import annotations

from typing import Any

import pytest

from segment.status import unfrozen_inputs

AS_TEXT = "read_csv('orders.csv', all_varchar = true, header = true)"
COLUMNS = {"order_id": "id", "customer_id": "who", "ordered_at": "day", "amount": '"Total (€)"'}
READ = {"ordered_at": {"format": "dd/mm/yyyy"}, "amount": {"decimal": ","}}


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"relation": "read_csv('orders.csv')"}, "guessed again"),
        ({"relation": "read_csv_auto('orders.csv', header = true)", "read": READ}, "guessed again"),
        ({"relation": "read_json('orders.json')"}, "guessed again"),
        ({"relation": AS_TEXT}, "how ordered_at, amount are read is not decided"),
        ({"relation": AS_TEXT, "read": {"amount": {"decimal": ","}}}, "how ordered_at is read"),
        ({"relation": AS_TEXT, "read": READ}, None),
        # an expression says itself how it reads
        ({"relation": AS_TEXT, "read": READ, "columns": {"amount": "price * pieces"}}, None),
        ({"relation": "read_parquet('orders.parquet')"}, None),
        ({"relation": "raw.orders"}, None),
        ({"source": ["shop", "orders"]}, None),
        (None, None),
    ],
)
def test_text_files_are_told_whose_reading_is_not_settled(
    config: dict[str, Any] | None, said: str | None
) -> None:
    given = None if config is None else {"columns": COLUMNS, **config}
    told = unfrozen_inputs({"transactions": given, "events": None})
    assert set(told) == ({"transactions"} if said else set())
    if said:
        assert said in told["transactions"]
