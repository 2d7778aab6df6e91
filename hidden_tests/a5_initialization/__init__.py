"""Hidden tests of assignment A5."""
