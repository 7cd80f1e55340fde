"""Follow the change feed of an archive: what its article lines say since this was last run, as JSON lines on stdout.

    python examples/follow.py output/ --state follow.json             # what is new since the last time, then end
    python examples/follow.py output/ --state follow.json --wait 30   # go on, looking every 30 seconds
    python examples/follow.py output/ --state follow.json so_example  # of this portal only

Each line out is `{"event", "portal", "id", "version", "url", "title", "article"}`; `article` is the line as it is
stored (`--brief` leaves it out). An id's last line is what it is now: keep one record per id, and replace it.

    new        an article that was not there before
    edited     its text changed
    duplicate  it says word for word what `article.duplicate_of` says, and has no text of its own (any more)
    gone       the portal has it no more; the text is the last there was
    restated   the text is as before: it is what it is of others that changed (near copy, series), or it is back

A file that `luutin reparse`, `remove` or `verify --repair` wrote anew is read from its beginning, after an event
`reset` that names only the `portal`: forget what you have of it, since what is not said again is not there any more.

The state is written after the events have been, so that nothing is missed where this is interrupted; the last events
may come twice. It needs nothing but Python.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PROBE_BYTES = 4096
"""Of the beginning of a file, and before where we stopped: they tell whether it is still the file we read."""

State = dict[str, dict[str, Any]]


def main() -> None:
    parser = argparse.ArgumentParser(description="What changed in an archive since the last time, as JSON lines.")
    parser.add_argument("output", type=Path, help="the archive's folder")
    parser.add_argument("portals", nargs="*", help="only these")
    parser.add_argument("--state", type=Path, required=True, help="where to keep how far each file has been read")
    parser.add_argument("--wait", type=float, metavar="SECONDS", help="go on for ever, and look that often")
    parser.add_argument("--brief", action="store_true", help="without the articles themselves")
    asked = parser.parse_args()
    if not (asked.output / "articles").is_dir():
        sys.exit(f"{asked.output}: has no folder articles/. Name the archive's folder, as LUUTIN_OUTPUT does.")
    state = json.loads(asked.state.read_text("utf-8")) if asked.state.exists() else {}
    while True:
        for event in changes(asked.output, asked.portals, state):
            if asked.brief:
                event.pop("article", None)
            sys.stdout.write(json.dumps(event, ensure_ascii=False) + "\n")
        sys.stdout.flush()
        save(asked.state, state)
        if asked.wait is None:
            return
        time.sleep(asked.wait)


def changes(output: Path, portals: list[str], state: State) -> Iterator[dict[str, Any]]:
    """The events since `state`, which is brought up to date on the way."""
    there = {path.stem: path for path in sorted((output / "articles").glob("*.jsonl"))}
    for portal in sorted({*there, *state}):
        if portals and portal not in portals:
            continue
        if portal not in there:  # all of it was removed
            del state[portal]
            yield {"event": "reset", "portal": portal}
            continue
        yield from changes_of(portal, there[portal], state)


def changes_of(portal: str, path: Path, state: State) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file:
        known = state.get(portal)
        if known and marks(file, path, known["offset"]) != known:
            yield {"event": "reset", "portal": portal}
            known = None
        offset = known["offset"] if known else 0
        file.seek(offset)
        for line in file:
            if not line.endswith(b"\n"):  # still being written
                break
            offset += len(line)
            article = json.loads(line)
            told = {name: article[name] for name in ("portal", "id", "version", "url", "title")}
            yield {"event": kind_of(article), **told, "article": article}
        state[portal] = marks(file, path, offset)


def marks(file: Any, path: Path, offset: int) -> dict[str, Any]:
    """What tells whether the first `offset` bytes are those that were read: else the file was written anew."""
    probes = []
    for start in (0, max(0, offset - PROBE_BYTES)):
        file.seek(start)
        probes.append(hashlib.sha256(file.read(min(PROBE_BYTES, offset))).hexdigest()[:16])
    return {"offset": offset, "inode": path.stat().st_ino, "first": probes[0], "last": probes[1]}


def kind_of(article: dict[str, Any]) -> str:
    if article["duplicate_of"]:
        return "duplicate"
    if article["version"] == 1:
        return "new"
    if article["digest"] != article["previous_digest"]:
        return "edited"
    return "gone" if article["gone_at"] else "restated"


def save(path: Path, state: State) -> None:
    """Write it whole or not at all."""
    new = path.with_name(path.name + ".new")
    new.write_text(json.dumps(state, indent=1), "utf-8")
    new.replace(path)


if __name__ == "__main__":
    main()
