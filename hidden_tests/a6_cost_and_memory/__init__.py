"""Hidden tests of assignment A6."""
