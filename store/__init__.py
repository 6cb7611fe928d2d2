"""Data at rest: reading it, keeping decisions about it, writing a clean copy."""
