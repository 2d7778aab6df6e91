"""Hidden tests of assignment A7."""
