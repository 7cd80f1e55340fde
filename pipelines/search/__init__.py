"""Full text of the articles: an index made of the archive, and the searches over it."""
