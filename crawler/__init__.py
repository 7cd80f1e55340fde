"""The web side: what to fetch, and how to read it."""
