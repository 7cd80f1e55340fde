"""The same, nearly the same, and merely alike: what a text is told again by, and what of others it is."""
