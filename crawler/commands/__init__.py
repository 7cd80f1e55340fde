"""The verbs of the command line; each is thin and calls the library."""
