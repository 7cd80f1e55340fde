"""The forms articles are exported in."""
