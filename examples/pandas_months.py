"""Count articles per month of publication and portal with pandas.

    luutin export --parquet articles/
    python examples/pandas_months.py articles/
    python examples/pandas_months.py articles/ --csv months.csv  # all months, as a file

`portal` and `year` are the names of the folders (year 0: no date); only the columns that are named are read.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

SHOWN_MONTHS = 24


def main() -> None:
    parser = argparse.ArgumentParser(description="Articles per month and portal.")
    parser.add_argument("folder", type=Path, help="what `luutin export --parquet` wrote")
    parser.add_argument("--csv", type=Path, help="write the table there")
    asked = parser.parse_args()

    articles = pd.read_parquet(asked.folder, columns=["portal", "published_at", "body", "authors"])
    print(f"{len(articles)} articles; {articles['published_at'].isna().sum()} without a date")

    months = articles["published_at"].dt.strftime("%Y-%m").rename("month")
    table = pd.crosstab(months, articles["portal"].astype(str))
    print(table.tail(SHOWN_MONTHS).to_string())

    by_portal = articles.groupby("portal", observed=True)
    print(
        pd.DataFrame(
            {
                "articles": by_portal.size(),
                "characters (median)": by_portal["body"].apply(lambda bodies: bodies.str.len().median()),
                "with authors": by_portal["authors"].apply(lambda lists: (lists.str.len() > 0).mean()),
            }
        ).to_string(float_format="{:.2f}".format)
    )
    if asked.csv:
        table.to_csv(asked.csv)


if __name__ == "__main__":
    main()
