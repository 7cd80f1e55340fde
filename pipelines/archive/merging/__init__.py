"""Several output folders joined into one: captures and journals are united, and all else is derived from them."""
