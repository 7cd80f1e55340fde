"""Loads exports as their users do, without options, and prints what came of it as JSON: see test_loading.py.

In a process of its own: these libraries warn of themselves, start threads, and take seconds to import.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def hugging_face(dataset: Path, hive: Path) -> dict[str, Any]:
    from datasets import load_dataset, load_dataset_builder

    loaded = load_dataset(str(dataset))
    bare = load_dataset(str(dataset / "data"))  # without the card
    one = next(row for row in loaded["train"] if row["authors"])
    return {
        "rows": {name: split.num_rows for name, split in loaded.items()},
        "bytes": {name: split.info.splits[name].num_bytes for name, split in bare.items()},
        "declared": {name: split.num_bytes for name, split in load_dataset_builder(str(dataset)).info.splits.items()},
        "same_features": loaded["train"].features == bare["train"].features,
        "published": loaded["train"].features["published_at"].dtype,
        "one": {"title": one["title"], "authors": one["authors"], "published_at": one["published_at"].isoformat()},
        "evidence": one["evidence"][0],
        "hive": load_dataset(str(hive))["train"].num_rows,
    }


def duck_db(dataset: Path, hive: Path) -> dict[str, Any]:
    import duckdb

    shards, parts = dataset / "data" / "*.parquet", hive / "**" / "*.parquet"
    columns = "title, authors, published_at::DATE::VARCHAR, evidence[1].field"
    described = duckdb.sql(f"DESCRIBE SELECT published_at, authors, images FROM '{shards}'").fetchall()
    return {
        "rows": duckdb.sql(f"SELECT count(*) FROM '{shards}'").fetchone(),
        "one": duckdb.sql(f"SELECT {columns} FROM '{shards}' WHERE len(authors) > 1 ORDER BY id").fetchone(),
        "types": dict(row[:2] for row in described),
        "years": duckdb.sql(f"SELECT portal, year, count(*) FROM '{parts}' GROUP BY ALL ORDER BY ALL").fetchall(),
    }


def pandas(dataset: Path, hive: Path) -> dict[str, Any]:
    import pandas as pd

    whole, parted = pd.read_parquet(dataset / "data"), pd.read_parquet(hive)
    years = parted.groupby(["portal", "year"], observed=True).size().reset_index()
    one = whole[whole["authors"].str.len() > 1].sort_values("id").iloc[0]
    return {
        "rows": len(whole),
        "published": str(whole["published_at"].dtype),
        "captured": str(whole["captured_at"].dtype),
        "one": [one["title"], list(one["authors"]), one["published_at"].isoformat()],
        "years": [[portal, int(year), int(count)] for portal, year, count in years.itertuples(index=False)],
    }


def polars(dataset: Path, hive: Path) -> dict[str, Any]:
    import polars as pl

    whole, parted = pl.read_parquet(dataset / "data" / "*.parquet"), pl.read_parquet(hive)
    one = whole.filter(pl.col("authors").list.len() > 1).sort("id").row(0, named=True)
    return {
        "rows": len(whole),
        "published": str(whole.schema["published_at"]),
        "one": [one["title"], one["authors"], one["published_at"].isoformat(), one["evidence"][0]["field"]],
        "years": [list(row) for row in parted.group_by("portal", "year").len().sort("portal", "year").rows()],
    }


def croissant(dataset: Path, hive: Path) -> dict[str, Any]:
    from mlcroissant import Dataset

    described = Dataset(dataset / "croissant.json")
    issues = described.metadata.ctx.issues
    records = list(described.records("articles"))
    one = min((row for row in records if len(row["articles/authors"]) > 1), key=lambda row: row["articles/id"])
    return {
        "errors": sorted(issues.errors),
        "warnings": sorted(issues.warnings),
        "fields": [field.name for field in described.metadata.record_sets[1].fields],
        "splits": sorted(row["splits/name"] for row in described.records("splits")),
        "of_split": [row["articles/split"].decode() for row in records],
        "one": [
            one["articles/title"].decode(),
            [name.decode() for name in one["articles/authors"]],
            one["articles/published_at"].isoformat(),
            one["articles/evidence"][0]["articles/evidence/field"].decode(),
        ],
    }


if __name__ == "__main__":
    folders = Path(sys.argv[1]), Path(sys.argv[2])
    print(json.dumps({one.__name__: one(*folders) for one in (hugging_face, duck_db, pandas, polars, croissant)}))
