"""Cells as JSON can say them."""

import math
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from store.errors import UserError

BLOCK = 4_096


def plain_rows(table: pa.Table, kind: str) -> Iterator[dict[str, Any]]:
    """The rows in order, each as names and values of JSON.

    Missing and NaN are null, times ISO 8601, decimals text. Raises UserError for bytes, for columns
    of the same name and for types that are none of these; kind is the format, for its sentence.
    """
    twice = {name for name in table.column_names if table.column_names.count(name) > 1}
    unfit = [f"{field.name} ({field.type})" for field in table.schema if not _fits(field.type)]
    if twice or unfit:
        wrong = f"two columns called {min(twice)!r}" if twice else ", ".join(unfit)
        raise UserError(
            f"{kind} cannot hold {wrong}. Export to Parquet, which keeps every column as it is."
        )
    for start in range(0, len(table), BLOCK):
        for row in table.slice(start, BLOCK).to_pylist():
            yield {name: plain(value) for name, value in row.items()}


def plain(value: Any) -> Any:
    """One cell.

    >>> plain([1.5, float("nan"), Decimal("0.10")])
    [1.5, None, '0.10']
    """
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal | timedelta):
        return str(value)
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, dict):
        return {str(name): plain(part) for name, part in value.items()}
    return value


def _fits(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _fits(kind.value_type)
    if pa.types.is_struct(kind):
        return all(_fits(kind.field(place).type) for place in range(kind.num_fields))
    if _is_list(kind):
        return _fits(kind.value_type)
    known = (
        pa.types.is_boolean, pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal,
        pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_null,
        pa.types.is_date, pa.types.is_timestamp, pa.types.is_time, pa.types.is_duration,
    )  # fmt: skip
    return any(is_this(kind) for is_this in known)


def _is_list(kind: pa.DataType) -> bool:
    return (
        pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
    )
