"""Columns in types that everything after the readers can work with and the workspace can hold."""

import pyarrow as pa
import pyarrow.compute as pc

from store.errors import UserError


def plain(table: pa.Table) -> pa.Table:
    """The same values; a type changes only where it is a rare way to write down a common one.

    Views, run lengths, half floats and categories inside of lists become what they stand for. A
    column of categories gets one list of them, which an Arrow file needs: each batch and each
    part may come with its own. Raises UserError for a column that cannot be rewritten.
    """
    for place, field in enumerate(table.schema):
        wanted = _plain_type(field.type, nested=False)
        if wanted != field.type:
            table = table.set_column(place, field.name, _cast(table.column(place), field, wanted))
    return table.unify_dictionaries()


def _cast(column: pa.ChunkedArray, field: pa.Field, wanted: pa.DataType) -> pa.ChunkedArray:
    try:
        if pa.types.is_run_end_encoded(column.type):
            column = pc.run_end_decode(column)
        if "list_view" in str(column.type):
            # pyarrow 26 casts the view [[1], [2]] to the list [[1], []]; this is slow and right.
            return pa.chunked_array([pa.array(column.to_pylist(), wanted)])
        return column.cast(wanted)
    except pa.ArrowException as problem:
        raise UserError(
            f"column {field.name!r} holds {field.type}, which cannot be rewritten as {wanted} "
            f"({problem}). Write it with a plainer type, or leave it out."
        ) from problem


def _plain_type(kind: pa.DataType, *, nested: bool = True) -> pa.DataType:
    types = pa.types
    if types.is_string_view(kind):
        return pa.large_string()
    if types.is_binary_view(kind):
        return pa.large_binary()
    if types.is_float16(kind):
        return pa.float32()
    if types.is_run_end_encoded(kind) or (nested and types.is_dictionary(kind)):
        return _plain_type(kind.value_type)
    if types.is_list_view(kind) or types.is_large_list_view(kind) or types.is_large_list(kind):
        return pa.large_list(_plain_type(kind.value_type))
    if types.is_list(kind):
        return pa.list_(_plain_type(kind.value_type))
    if types.is_fixed_size_list(kind):
        return pa.list_(_plain_type(kind.value_type), kind.list_size)
    if types.is_struct(kind):
        return pa.struct([field.with_type(_plain_type(field.type)) for field in kind])
    if types.is_dictionary(kind):
        return pa.dictionary(kind.index_type, _plain_type(kind.value_type), kind.ordered)
    return kind
