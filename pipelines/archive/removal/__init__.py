"""Withdrawing articles: from lines, database, journal, captures, index and exports, so that nothing says them again."""
