"""Load a data set with Hugging Face's `datasets`, keep what is fit to train on, split it into tokens, and save it.

    luutin export --dataset tin/
    python examples/huggingface_tokens.py tin/ tokens/

Tokens are syllables and signs, parted by blanks: enough for counting. For a model use its own tokenizer instead; for
words (`chuyển_đổi số`) export `--with words` and take that column.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from typing import Any

from datasets import DatasetDict, load_dataset

MIN_SYLLABLES = 20
TOKEN = re.compile(r"\w+|[^\w\s]")


def main() -> None:
    parser = argparse.ArgumentParser(description="From articles to tokens.")
    parser.add_argument("folder", help="what `luutin export --dataset` wrote")
    parser.add_argument("into", help="the folder to save to")
    asked = parser.parse_args()

    articles = load_dataset(asked.folder)
    kept = articles.filter(fit)
    columns = ["id", "portal", "title", "published_at"]
    tokens = kept.map(tokenised, remove_columns=[name for name in kept["train"].column_names if name not in columns])
    tokens.save_to_disk(asked.into)

    for split in articles:
        print(f"{split}: {len(articles[split])} articles, {len(kept[split])} kept, {total(tokens, split)} tokens")
    common = Counter(token for article in tokens["train"] for token in article["tokens"]).most_common(10)
    print("commonest:", " ".join(token for token, _ in common))


def fit(article: dict[str, Any]) -> bool:
    """Vietnamese, of some length, and no copy: one text is to be learnt once."""
    vietnamese = article["language"].split("-")[0] == "vi"
    return vietnamese and article["near_duplicate_of"] is None and len(article["body"].split()) >= MIN_SYLLABLES


def tokenised(article: dict[str, Any]) -> dict[str, Any]:
    text = "\n".join(part for part in (article["title"], article["lead"], article["body"]) if part)
    return {"tokens": TOKEN.findall(text)}


def total(tokens: DatasetDict, split: str) -> int:
    return sum(map(len, tokens[split]["tokens"]))


if __name__ == "__main__":
    main()
