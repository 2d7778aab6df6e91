"""Hidden tests of assignment A3."""
