"""Hidden tests of assignment A2."""
