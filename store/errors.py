"""The two exceptions that are not bugs. On the ground floor, so that every part may raise them."""


class UserError(Exception):
    """Something only the user can mend: what was given, what was expected, what to do.

    The one exception shown as a sentence. Everything else is a bug and keeps its traceback.
    """


class Cancelled(Exception):  # noqa: N818  # nothing is wrong when somebody cancels
    """Raised by a progress callback to stop long work; who works leaves nothing half-written."""
