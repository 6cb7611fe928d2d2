"""Sizes that are set by the environment, in gigabytes."""

import os

from store.errors import UserError


def gigabytes(variable: str) -> int | None:
    """Bytes that an environment variable names as a number of gigabytes; None = it is not set.

    Raises UserError for anything but a number from 0 on.
    """
    named = os.environ.get(variable)
    if named is None:
        return None
    try:
        size = int(float(named) * 2**30)
    except (ValueError, OverflowError):
        size = -1
    if size < 0:
        raise UserError(f"{variable} is {named!r}; a number of gigabytes was expected, as in 20.")
    return size
