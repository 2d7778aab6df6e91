"""Hidden tests of assignment A4."""
