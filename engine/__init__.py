"""Which rows deserve a second look."""
