"""Write what the archive holds in standard forms: articles as files of data, captures as a WACZ or one index, or the
site as static files.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from scrapy.exceptions import UsageError

from crawler.engine import add_engine
from crawler.errors import BadArgument
from crawler.origins.named import first_moment
from crawler.storage import Use
from crawler.verb import ArchiveCommand
from pipelines.remote.places import is_url
from pipelines.remote.sending import send, staged

FORMS = {
    "jsonl": ("FILE", "JSON, an article a line; as all of FILE compressed where its name ends in .gz or .zst"),
    "csv": ("FILE", "CSV, a header and an article a row; lists as JSON"),
    "parquet": ("DIR", "Parquet, a folder by portal and year (0: without a date)"),
    "sqlite": ("FILE", "an SQLite database, with a table for each list"),
    "jsonld": ("FILE", "schema.org NewsArticle as JSON-LD, an article a line"),
    "zyte": ("FILE", "the names of zyte-common-items' Article, an article a line"),
    "text": ("FILE", "plain text: a paragraph a line, articles parted by a blank one"),
    "dataset": ("DIR", "a data set as datasets.load_dataset reads it: Parquet, card, Croissant"),
}
"""How articles are written: what the option takes, and its help."""
_OTHERS = {form: f"--{form} FILE" for form in ("schema", "wacz", "cdxj")} | {"site": "--site DIR"}
_OF_ARTICLES = ("begin", "end", "language", "copies", "versions", "min_quality", "since_run", "workers", "engine")
"""Options that choose articles, by where they are kept."""
_OF_FORM: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_OF_ARTICLES, tuple(FORMS)),
    "derived": ("jsonl", "csv", "parquet", "sqlite", "dataset", "schema"),
    "redact": (*FORMS, "schema"),
    **dict.fromkeys(("title", "contact"), ("dataset",)),
    **dict.fromkeys(("since", "until"), ("wacz",)),
    "bom": ("csv",),
    "base_url": ("site",),
    "licence": ("site", "dataset"),
}
"""Options that only some forms have."""
_CAPTURES, _PUBLISHED = "--since and --until are of captures", "--from and --to are of publication"


class Command(ArchiveCommand):
    """`luutin export --jsonl FILE | --parquet DIR | … | --wacz FILE | --cdxj FILE | --site DIR [PORTAL…] [options]`."""

    def short_desc(self) -> str:
        return "Write articles, captures or a static site of what the archive holds"

    def long_desc(self) -> str:
        return (
            "Write the articles of the portals named, or of all, in one of the forms below: the same archive and "
            "options give the same bytes. A file that is there is replaced once the new one is whole; what is "
            "interrupted goes on when the same is asked for again. Or write their captures as one WACZ file, the index "
            "of all captures, or the web site as static files. A crawl may go on meanwhile."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.set_defaults(url=None, staged=None)
        _forms(parser.add_argument_group("What is written (one of them, here or at a URL as s3://…; FILE - is stdout)"))
        _choice(parser.add_argument_group("Which articles"))
        _content(parser.add_argument_group("What of them, and how"))
        other = parser.add_argument_group("Of captures and the site")
        other.add_argument("--since", metavar="DATE", type=_date, help="only captures from this day (UTC) on")
        other.add_argument("--until", metavar="DATE", type=_date, help="only captures before this day (UTC)")
        other.add_argument("--base-url", metavar="URL", default="", help="where the site will be, for its sitemap")

    def use(self, opts: argparse.Namespace) -> Use:
        return Use.READS_CAPTURES if opts.wacz else Use.READS

    def act(self, folder: Path, portals: list[str], opts: argparse.Namespace) -> int:
        """Write, and say on stderr what; what is to lie at a URL is made here first."""
        code = self._write(folder, portals, opts)
        if code == 0 and opts.url is not None:
            sent = send(opts.staged, opts.url)
            sys.stderr.write(f"{opts.url}: stored, {sent.objects} objects, {sent.bytes / 1e6:.1f} MB\n")
        return code

    def _write(self, folder: Path, portals: list[str], opts: argparse.Namespace) -> int:
        form = _form(opts)
        if form in (*FORMS, "schema"):
            from crawler.exporting import export_articles, write_schema

            assert self.settings is not None
            if form == "schema":
                return write_schema(opts)
            return export_articles(form, folder, portals, opts, self.settings)
        if form == "site":
            return self._site(folder, portals, opts)
        from pipelines.export.selection import Selection
        from pipelines.export.wacz import export_cdxj, export_wacz

        with Selection(folder, tuple(portals), opts.since, opts.until) as selection:
            if opts.cdxj:
                lines = export_cdxj(selection, opts.cdxj)
                sys.stderr.write(f"{opts.cdxj}: {lines} captures of {len(selection.portals)} portals\n")
                return 0
            done = export_wacz(selection, opts.wacz, f"luutin/{version('luutin')}")
        sys.stderr.write(f"{opts.wacz}: {done.captures} captures, {done.pages} pages, {done.bytes / 1e6:.1f} MB\n")
        return 0

    def _site(self, folder: Path, portals: list[str], opts: argparse.Namespace) -> int:
        if portals:
            raise UsageError("the site is of the whole archive: name no portal")
        if opts.base_url and not opts.base_url.startswith(("http://", "https://")):
            raise UsageError("--base-url: name an address, like https://tin.example.org/kho")
        from crawler.arguments import facts_of
        from pipelines.export.site import export_site
        from pipelines.search.index import catch_up
        from pipelines.web.site import Settings

        assert self.settings is not None
        began = time.monotonic()
        if catch_up(folder).busy:
            sys.stderr.write("another process is writing the index: what it has so far is written\n")
        settings = Settings(portals=facts_of(self.settings), base_url=opts.base_url, licence=opts.licence)
        done = export_site(folder, opts.site, settings, _show if sys.stderr.isatty() else None)
        told = f"{done.pages} pages, {done.files} files, {done.bytes / 1e6:.1f} MB"
        sys.stderr.write(f"{opts.site / 'index.html'}: {told}, in {time.monotonic() - began:.1f} seconds\n")
        return 0


class _Target(argparse.Action):
    """Where to write: a path, or a URL and where on this machine what is to lie there is made."""

    def __call__(self, parser: Any, namespace: argparse.Namespace, value: Any, option: str | None = None) -> None:
        if is_url(value):
            namespace.url, namespace.staged = value, staged(value)
        setattr(namespace, self.dest, namespace.staged if is_url(value) else Path(value))


def _forms(group: argparse._ArgumentGroup) -> None:
    for form, (metavar, told) in FORMS.items():
        group.add_argument(f"--{form}", metavar=metavar, action=_Target, help=told)
    group.add_argument(
        "--schema", metavar="FILE", action=_Target, help="the JSON Schema of the lines of --jsonl, as --with"
    )
    group.add_argument("--wacz", metavar="FILE", action=_Target, help="the captures, to be replayed")
    group.add_argument(
        "--cdxj", metavar="FILE", action=_Target, help="the index of all captures, with paths relative to it"
    )
    group.add_argument("--site", metavar="DIR", action=_Target, help="the web site over all portals")


def _choice(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--from", metavar="DATE", dest="begin", type=_day, help="published on this day or later")
    group.add_argument("--to", metavar="DATE", dest="end", type=_day, help="published before this day")
    group.add_argument("--language", metavar="CODE,…", type=_names, help="of these languages: vi,en")
    group.add_argument(
        "--copies",
        choices=("none", "near", "all"),
        help="none: originals only; near (default): each text once, its near copies too; all: the textless lines of"
        " duplicates too",
    )
    group.add_argument("--versions", choices=("newest", "all"), help="of each article (default: newest)")
    group.add_argument("--min-quality", metavar="0…1", type=_share, help="of at least this quality score")
    group.add_argument("--since-run", metavar="RUN", help="only what was stored after this run had ended")


def _content(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--with",
        metavar="NAME,…",
        dest="derived",
        type=_names,
        help="further fields: quality, normalised, sentences, words, or all",
    )
    group.add_argument("--redact", action="store_true", help="mask e-mail addresses, phone and ID numbers")
    group.add_argument("--bom", action="store_true", help="CSV for spreadsheets: byte order mark, no formulas")
    add_engine(group)
    group.add_argument("--licence", metavar="TEXT", default="", help="of the data, as site and data set say it")
    group.add_argument("--title", metavar="TEXT", default="", help="of the data set")
    group.add_argument("--contact", metavar="TEXT", default="", help="whom the data set says to write to")


def _form(opts: argparse.Namespace) -> str:
    """What is to be written. Raises UsageError where that is not one thing, or an option is not of it."""
    forms = {**{form: f"--{form} {takes}" for form, (takes, _) in FORMS.items()}, **_OTHERS}
    asked = [form for form in forms if getattr(opts, form) is not None]
    if len(asked) != 1:
        raise UsageError(f"say what to write, one of {', '.join(forms.values())}")
    for option, of in _OF_FORM.items():
        if getattr(opts, option) not in (None, False, "") and asked[0] not in of:
            raise UsageError(_not_of(option, asked[0]))
    return asked[0]


def _day(text: str) -> date:
    """`2024`, `2024-06` or `2024-06-30`: the first day of it."""
    try:
        return first_moment("", text).date()
    except BadArgument as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no date. Write 2024, 2024-06 or 2024-06-30") from error


def _names(text: str) -> tuple[str, ...]:
    """Names with commas between them."""
    found = tuple(name for part in text.split(",") if (name := part.strip()))
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} names nothing")
    return found


def _share(text: str) -> float:
    """A number from 0 to 1."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 to 1")
    return number


def _not_of(option: str, form: str) -> str:
    """What is said where an option is given that a form does not have."""
    spelt = {"begin": "from", "end": "to", "derived": "with"}.get(option, option.replace("_", "-"))
    said = f"--{spelt} is not of --{form}"
    if option in ("since", "until"):
        whole = {"cdxj": "an index is of whole files", "site": "a site is of the whole archive"}
        return f"{said}: {whole.get(form, f'{_CAPTURES}, {_PUBLISHED}')}"
    return f"{said}: {_PUBLISHED}, {_CAPTURES}" if option in ("begin", "end") else said


def _show(done: int, of: int) -> None:
    if done % 50 == 0 or done == of:
        sys.stderr.write(f"\rwritten {done} of {of} pages or more " + "\n" * (done == of))
        sys.stderr.flush()


def _date(text: str) -> datetime:
    try:
        return first_moment("", text)
    except BadArgument:
        pass
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no date like 2025-07-01") from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)
