"""Text cells as numbers, where that loses nothing."""

import pyarrow as pa
import pyarrow.compute as pc

MISSING = ("", "NA", "N/A", "NaN", "nan", "null", "NULL", "None")
"""Cells that count as missing in a column of numbers. In a column of text they stay as they are."""
WHOLE = r"^(0|-?[1-9][0-9]{0,17})$"
"""Numbers that come back as written: "007" and "+7" do not, and 19 digits overflow int64."""
PICTURE_FILE = r"(?i)\.(png|jpe?g|webp|gif|bmp|tiff?)$"
FIRST = 100
"""Values looked at to tell what a column holds."""
DECIMAL = r"^-?(0|[1-9][0-9]{0,14})?(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?$"


def typed(column: pa.ChunkedArray, *, whole_only: bool = False) -> pa.ChunkedArray:
    """A column of text as int64 or double if all of it is numbers, else as it is.

    whole_only: for ids and labels, where "1.10" and "1.1" are two names and not one number.
    """
    if all(pc.all(_is_missing(part)).as_py() is not False for part in column.chunks):
        return column
    kinds = {WHOLE: pa.int64()} if whole_only else {WHOLE: pa.int64(), DECIMAL: pa.float64()}
    for pattern, kind in kinds.items():
        if _all_match(column, pattern):
            try:
                parts = [pc.cast(_present(part), kind) for part in column.chunks]
            except pa.ArrowInvalid:  # "e5" and "" pass the pattern
                return column
            return pa.chunked_array(parts, kind)
    return column


def _is_missing(part: pa.Array) -> pa.Array:
    return pc.is_in(part, pa.array(MISSING))


def _present(part: pa.Array) -> pa.Array:
    return pc.if_else(_is_missing(part), None, part)


def _all_match(column: pa.ChunkedArray, pattern: str) -> bool:
    # The first cells settle most columns of text without a look at the rest, and chunk by chunk no
    # copy of a column that memory may not hold is made.
    for part in (*column.slice(0, FIRST).chunks, *column.chunks):
        if pc.all(pc.match_substring_regex(_present(part), pattern)).as_py() is False:
            return False
    return True


def is_name(column: pa.ChunkedArray) -> bool:
    """Ids: text or whole numbers."""
    kind = _value_type(column)
    return _is_string(kind) or pa.types.is_integer(kind)


def is_text(column: pa.ChunkedArray) -> bool:
    """Text to read."""
    return _is_string(_value_type(column))


def is_category(column: pa.ChunkedArray) -> bool:
    """Labels: text, whole numbers (also written as 1.0), true and false."""
    kind = _value_type(column)
    if pa.types.is_floating(kind):
        present = pc.cast(column.slice(0, FIRST), pa.float64()).drop_null()
        present = present.filter(pc.is_finite(present))
        return pc.all(pc.equal(pc.floor(present), present)).as_py() is not False
    return _is_string(kind) or pa.types.is_integer(kind) or pa.types.is_boolean(kind)


def is_yes_or_no(column: pa.ChunkedArray) -> bool:
    """True and false, as such, as words or as 1 and 0."""
    if not is_category(column):
        return False
    first = pc.utf8_lower(pc.cast(column.slice(0, FIRST), pa.string())).drop_null()
    known = pa.array(["true", "false", "1", "0", "1.0", "0.0"])
    return len(first) > 0 and bool(pc.all(pc.is_in(first, known)).as_py())


def is_picture(column: pa.ChunkedArray) -> bool:
    """Bytes of a picture, or text that ends as the name of a picture file does."""
    kind = _value_type(column)
    if is_bytes(column):
        return True
    if not _is_string(kind):
        return False
    first = pc.cast(column.slice(0, FIRST), pa.string()).drop_null()
    return len(first) > 0 and pc.all(pc.match_substring_regex(first, PICTURE_FILE)).as_py()


def is_bytes(column: pa.ChunkedArray) -> bool:
    """Bytes, of picture files for instance."""
    return pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type)


def is_nested(column: pa.ChunkedArray) -> bool:
    """Lists, structs or maps: more than one value per row."""
    return bool(pa.types.is_nested(column.type))


def is_numbers(column: pa.ChunkedArray) -> bool:
    """One list of numbers per row."""
    kind = column.type
    listed = (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list)
    if not any(check(kind) for check in listed):
        return False
    return pa.types.is_floating(kind.value_type) or pa.types.is_integer(kind.value_type)


def _value_type(column: pa.ChunkedArray) -> pa.DataType:
    kind = column.type
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _is_string(kind: pa.DataType) -> bool:
    return (
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )
