"""Hidden tests of the homework."""
