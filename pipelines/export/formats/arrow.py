"""Records as Arrow tables: each type of a field has one Arrow type, and Arrow itself reads the records' JSON."""

from __future__ import annotations

from functools import cache, lru_cache

import msgspec
import pyarrow as pa
from msgspec import inspect
from pyarrow import json as arrow_json

from pipelines.export.record import Columns, row_type, rows

ZONE = "Asia/Ho_Chi_Minh"
"""Of the times a portal states; all others are UTC."""
STATED = ("published_at", "modified_at")
_ENTRIES = pa.list_(pa.struct([("field", pa.string()), ("source", pa.string())]))
"""An object with any names: neither polars nor `datasets` has maps."""


class _Open(msgspec.Struct):
    """The fields of a record that are objects with any names."""

    evidence: dict[str, str]


_OPEN = msgspec.json.Decoder(_Open)
_BEGIN, _END = b',"evidence":{', b'},"origin":'
"""Around it in a line: within strings no such thing can be, as the quotes would be escaped."""


@cache
def schema_of(columns: Columns, without: tuple[str, ...] = ()) -> pa.Schema:
    """Of the table of records, in the order of their fields but for those it is `without`.

    Times are `timestamp[us]`, of ZONE or UTC; `evidence` is a list of `field` and `source`.
    """
    fields = []
    for one in inspect.type_info(row_type(columns)).fields:  # type: ignore[attr-defined]
        if one.name not in without:
            kind = _ENTRIES if one.name == "evidence" else _kind(one.type, one.name)
            fields.append(pa.field(one.name, kind, nullable=isinstance(one.type, inspect.UnionType)))
    return pa.schema(fields)


def _kind(info: inspect.Type, name: str) -> pa.DataType:
    match info:
        case inspect.UnionType():
            (inner,) = (one for one in info.types if not isinstance(one, inspect.NoneType))
            return _kind(inner, name)
        case inspect.ListType():
            return pa.list_(_kind(info.item_type, name))
        case inspect.StructType() | inspect.DataclassType():
            return pa.struct([(one.name, _kind(one.type, one.name)) for one in info.fields])
        case inspect.StrType() | inspect.LiteralType():
            return pa.string()
        case inspect.BoolType():
            return pa.bool_()
        case inspect.IntType():
            return pa.int64()
        case inspect.FloatType():
            return pa.float64()
        case inspect.DateTimeType():
            return pa.timestamp("us", ZONE if name in STATED else "UTC")
    raise TypeError(f"{name}: no Arrow type is known for {info}")


def table_of(records: list[bytes], columns: Columns, without: tuple[str, ...] = ()) -> pa.Table:
    """Records as a table of that schema."""
    schema = schema_of(columns, without)
    table = _read(records, schema)
    if any(table[one.name].null_count for one in schema if not one.nullable):  # lines of before a field was there
        table = _read([msgspec.json.encode(row) for row in rows(records, columns)], schema)
    return pa.Table.from_arrays([table[name] for name in schema.names], schema=schema)


def _read(records: list[bytes], schema: pa.Schema) -> pa.Table:
    """The fields a schema has, each of its type; null where a record is without."""
    fields = [one.with_nullable(True) for one in schema]
    data = b"\n".join(map(_with_entries, records))
    table = arrow_json.read_json(
        pa.BufferReader(data),
        arrow_json.ReadOptions(use_threads=False, block_size=len(data) + 1),
        arrow_json.ParseOptions(explicit_schema=pa.schema(fields), unexpected_field_behavior="ignore"),
    )
    return table.select(schema.names)


def _with_entries(record: bytes) -> bytes:
    """A record with its open object as a list."""
    start = record.rfind(_BEGIN)
    end = record.find(_END, start) + 1
    if start < 0 or not end:  # of before lines had it, or with their fields in another order
        told = msgspec.json.decode(record)
        told["evidence"] = _entries(told.get("evidence", {}))
        return msgspec.json.encode(told)
    return b'%b,"evidence":%b%b' % (record[:start], _as_list(record[start + 1 : end]), record[end:])


@lru_cache(maxsize=1024)
def _as_list(member: bytes) -> bytes:
    """The list for `"evidence":{…}`: what one layout gives is the same for article after article."""
    return msgspec.json.encode(_entries(_OPEN.decode(b"{%b}" % member).evidence))


def _entries(told: dict[str, str]) -> list[dict[str, str]]:
    return [{"field": name, "source": value} for name, value in told.items()]
