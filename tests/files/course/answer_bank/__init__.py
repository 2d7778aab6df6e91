"""The bank's pages are read as text here; nothing imports this package."""
