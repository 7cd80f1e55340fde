"""How well and how fast articles are read, measured on pages with truth beside other extractors."""
