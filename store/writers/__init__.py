"""From a clean copy to files, one format in a file of its own.

A new format is one new file here with a WRITER in it (see writer.py).
"""

from store.writers.writer import CleanCopy, Writer, all_writers, writer_named

__all__ = ["CleanCopy", "Writer", "all_writers", "writer_named"]
