"""Hidden tests of assignment A1."""
