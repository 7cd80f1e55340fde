"""The archive in a browser, on this machine only."""
