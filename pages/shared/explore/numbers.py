"""Numbers: an answer of a JSON head and arrays, as the browser reads it without parsing."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from json import dumps
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False)
class Numbers:
    """head: what the numbers mean. arrays: one after the other, little-endian, each from a
    multiple of four bytes on."""

    head: dict[str, Any]
    arrays: Sequence[np.ndarray]

    @cached_property
    def packed(self) -> bytes:
        """Length of the head, the head padded with spaces to whole fours, the arrays.

        >>> Numbers({"n": 1}, [np.array([1, 2], dtype=np.uint8)]).packed
        b'\\x08\\x00\\x00\\x00{"n": 1}\\x01\\x02\\x00\\x00'
        """
        head = dumps(self.head).encode()
        head += b" " * (-len(head) % 4)
        parts = [len(head).to_bytes(4, "little"), head]
        for array in self.arrays:
            body = np.ascontiguousarray(array).tobytes()
            parts += [body, bytes(-len(body) % 4)]
        return b"".join(parts)
