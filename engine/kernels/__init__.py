"""Maths that two or more scorers share: pure functions, no n x n array, no loop over rows."""
