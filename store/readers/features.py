"""What Hugging Face's `datasets` says of its columns: names of classes, pictures as structs."""

import json
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

Features = dict[str, Any]
"""Column -> what is said of it, as in dataset_info.json and in the metadata of an Arrow schema."""
PICTURE_FIELDS = {"bytes", "path"}


def features_of(schema: pa.Schema) -> Features:
    """The features that `datasets` wrote into a Parquet or Arrow file; {} where it did not."""
    try:
        told = json.loads((schema.metadata or {}).get(b"huggingface", b"{}"))
        return listed(told["info"]["features"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}  # metadata is a help, not data: columns without it are still columns


def listed(features: object) -> Features:
    """Features by column; {} for anything else."""
    return features if isinstance(features, dict) else {}


def understood(table: pa.Table, features: Features) -> tuple[pa.Table, dict[str, tuple[str, ...]]]:
    """The table with pictures as bytes or paths, and the class names of its columns of numbers."""
    for place, field in enumerate(table.schema):
        if is_picture_struct(field.type):
            table = table.set_column(place, field.name, _picture(table.column(place)))
    classes = {
        name: names
        for name, about in features.items()
        if (names := _class_names(about)) and _is_whole(table, name)
    }
    return table, classes


def is_picture_struct(kind: pa.DataType) -> bool:
    """A struct of bytes and path, as pictures (and sounds) are kept."""
    if not pa.types.is_struct(kind) or {field.name for field in kind} != PICTURE_FIELDS:
        return False
    data = kind.field("bytes").type
    return bool(pa.types.is_binary(data) or pa.types.is_large_binary(data))


def _picture(column: pa.ChunkedArray) -> pa.ChunkedArray:
    data = pc.struct_field(column, "bytes")
    return pc.struct_field(column, "path") if data.null_count == len(data) else data


def _class_names(about: object) -> tuple[str, ...]:
    if not isinstance(about, dict) or about.get("_type") != "ClassLabel":
        return ()
    names = about.get("names")
    return tuple(map(str, names)) if isinstance(names, list) else ()


def _is_whole(table: pa.Table, name: str) -> bool:
    return table.column_names.count(name) == 1 and pa.types.is_integer(
        table.schema.field(name).type
    )
