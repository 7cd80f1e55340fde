"""What two exports, or an archive after two of its runs, differ in: articles, and fields of articles."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
from scrapy.exceptions import UsageError

from crawler.verb import ArchiveCommand
from pipelines.export.difference import Change, Difference, values
from pipelines.export.states import State, states

EXAMPLES = 10
_WITH_THE_TEXT = ("body_html", "digest", "previous_digest", "version")
_WITH_THE_CAPTURE = ("captured_at", "parts", "warc_digest", "warc_file", "warc_offset")
FOLLOWING = frozenset(_WITH_THE_TEXT + _WITH_THE_CAPTURE)
"""Fields that change with others: they are only named."""
_MAX_CHARS = 60


class Command(ArchiveCommand):
    """`luutin diff A B [--ignore FIELDS] [--examples N] [--json]`."""

    def syntax(self) -> str:
        return "[options] A B"

    def short_desc(self) -> str:
        return "Say what two exports, or the archive after two runs, differ in"

    def long_desc(self) -> str:
        return (
            "A and B are exports (JSON lines, also .gz or .zst; Parquet, a file or a folder), output folders, runs as "
            "`luutin report` names them, or `now`: the archive as a run left it, or as it is. Of runs of one portal "
            "only that is compared. Says how many articles are in one only and how many changed, in which fields, and "
            "shows a few. Memory does not grow with them."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--ignore", metavar="FIELD[,FIELD…]", default="", help="fields that do not count")
        parser.add_argument("--examples", metavar="N", type=int, default=EXAMPLES, help="how many to show (default 10)")
        parser.add_argument("--json", action="store_true", help="every one of them, as JSON")

    def act(self, folder: Path, portals: list[str], opts: argparse.Namespace) -> int:
        """Compare, print."""
        if len(portals) != 2:
            raise UsageError("name two exports or runs, e.g. `luutin diff last-month.jsonl.zst this-month.jsonl.zst`")
        if opts.examples < 0:
            raise UsageError(f"--examples {opts.examples}: name how many to show, 0 for none")
        one, other = states(folder, *portals)
        with Difference(one, other, [name for name in opts.ignore.split(",") if name]) as difference:
            if opts.json:
                _print_json(difference)
            else:
                _print(difference, one, other, opts.examples)
        return 0


def _print_json(difference: Difference) -> None:
    """One object, its articles one a line."""
    counts, fields, between = Counter[str](), Counter[str](), '{"articles": [\n'
    for change in difference.changes():
        counts[change.what] += 1
        fields.update(change.fields)
        sys.stdout.write(between + msgspec.json.encode(change).decode())
        between = ",\n"
    told: dict[str, Any] = {**_counts(counts, difference), "fields": dict(fields.most_common())}
    told |= {"only_in_a": difference.only_in(0), "only_in_b": difference.only_in(1)}
    rest = msgspec.json.encode(told).decode()[1:]
    sys.stdout.write(f"{between if not counts else ''}],\n{rest}\n")


def _print(difference: Difference, one: State, other: State, examples: int) -> None:
    counts, fields, shown = Counter[str](), Counter[str](), list[Change]()
    for change in difference.changes():
        counts[change.what] += 1
        fields.update(change.fields)
        if len(shown) < examples:
            shown.append(change)
    for name, state, count, only in zip(
        "AB", (one, other), difference.counts, map(difference.only_in, (0, 1)), strict=True
    ):
        alone = f"; only here: {', '.join(only)}" if only else ""
        sys.stdout.write(f"{name}  {state.told}: {count} articles{alone}\n")
    sys.stdout.write(" · ".join(f"{what} {count}" for what, count in _counts(counts, difference).items()) + "\n")
    if fields:
        sys.stdout.write("fields  " + " · ".join(f"{name} {count}" for name, count in fields.most_common()) + "\n")
    changed = {change.id for change in shown if change.what == "changed"}
    named = {name for change in shown for name in change.fields}
    before, after = values(one, changed, named), values(other, changed, named)
    for change in shown:
        sys.stdout.write(f"{change.what:7} {change.id}  {_plain(change.url)}\n")
        for name in (name for name in change.fields if name not in FOLLOWING):
            old, new = before[change.id].get(name), after[change.id].get(name)
            sys.stdout.write(f"        {name}: {_brief(old, new)}\n")
        if following := [name for name in change.fields if name in FOLLOWING]:
            sys.stdout.write(f"        and {', '.join(following)}\n")
    if (more := sum(counts.values()) - len(shown)) and shown:
        sys.stdout.write(f"and {more} more: --json has them all\n")


def _counts(counts: Counter[str], difference: Difference) -> dict[str, int]:
    same = difference.counts[1] - counts["added"] - counts["changed"]
    return {**{what: counts[what] for what in ("added", "changed", "removed")}, "same": same}


def _brief(old: Any, new: Any) -> str:
    """Two values as far as they fit a line, from where they differ; of long ones how long they are, too."""
    texts = [one if isinstance(one, str) else msgspec.json.encode(one).decode() for one in (old, new)]
    alike = next((at for at, (a, b) in enumerate(zip(*texts, strict=False)) if a != b), min(map(len, texts)))
    start = max(0, alike - _MAX_CHARS // 3) if max(map(len, texts)) > _MAX_CHARS else 0
    cut = [
        ("…" if start else "") + text[start : start + _MAX_CHARS] + "…" * (len(text) > start + _MAX_CHARS)
        for text in texts
    ]
    lengths = f"  ({len(texts[0])} → {len(texts[1])} characters)" if max(map(len, texts)) > _MAX_CHARS else ""
    return " → ".join(map(_plain, cut)) + lengths


def _plain(text: str) -> str:
    """On one line, without what would steer a terminal: titles and texts are a portal's."""
    return "".join(char if char.isprintable() else " " for char in text)
