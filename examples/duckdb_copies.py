"""Ask a data set questions in SQL with DuckDB: who copies whom, and what has gone from the web.

luutin export --dataset tin/
python examples/duckdb_copies.py tin/
"""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb

QUESTIONS = {
    "Articles by portal, and how many have gone from the web": """
        SELECT portal, count(*) AS articles, count(gone_at) AS gone, min(published_at)::DATE AS first,
            max(published_at)::DATE AS last
        FROM articles GROUP BY portal ORDER BY articles DESC, portal
    """,
    "Whose articles appear again elsewhere, nearly the same": """
        SELECT first.portal AS original, later.portal AS copy, later.near_duplicate_kind AS kind, count(*) AS articles
        FROM articles AS later JOIN articles AS first ON first.id = later.near_duplicate_of
        GROUP BY ALL ORDER BY articles DESC, original, copy, kind
    """,
    "The texts that are at most other addresses, word for word": """
        SELECT title, portal, len(also_at) AS others FROM articles WHERE others > 0 ORDER BY others DESC, id LIMIT 10
    """,
    "Who writes most": """
        SELECT author, count(*) AS articles FROM (SELECT unnest(authors) AS author FROM articles)
        GROUP BY author ORDER BY articles DESC, author LIMIT 10
    """,
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Questions to a data set.")
    parser.add_argument("folder", type=Path, help="what `luutin export --dataset` wrote")
    asked = parser.parse_args()
    database = duckdb.connect()
    database.read_parquet(str(asked.folder / "data" / "*.parquet")).create_view("articles")
    for question, query in QUESTIONS.items():
        print(question)
        print(database.sql(query))


if __name__ == "__main__":
    main()
