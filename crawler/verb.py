"""What the verbs share: options, logging, and how an error becomes an exit code."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path
from typing import Any, ClassVar

from scrapy.commands import BaseRunSpiderCommand, ScrapyCommand
from scrapy.exceptions import UsageError

from crawler import notify, talk
from crawler.errors import CrawlError, exit_code_of
from crawler.storage import Use, opened
from pipelines.errors import ArchiveError


class PortalCommand(BaseRunSpiderCommand):
    """`luutin VERB PORTAL [-a name=value]`; a verb says in `act` what it does."""

    requires_project = True
    takes: ClassVar[str] = "PORTAL"
    example: ClassVar[str]
    """What to type, for those who named none or too many."""

    def syntax(self) -> str:
        return f"[options] {self.takes}"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.usage = (parser.usage or "").replace("scrapy ", "luutin ")
        parser.add_argument("--debug", action="store_true", help="log everything, and show tracebacks")
        parser.add_argument("--log-format", choices=talk.FORMATS, help="`json`: one object a line, for journald, Loki")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        assert self.settings is not None
        if opts.debug:
            self.settings.set("LOG_LEVEL", "DEBUG", priority="cmdline")
        else:
            logging.setLogRecordFactory(brief_record)
        if opts.log_format:
            self.settings.set("LOG_JSON", opts.log_format == "json", priority="cmdline")
        talk.choose(self.settings)
        notify.check(self.settings)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Act, and leave the exit code: 1 error, 2 usage, 4 blocked."""
        if len(args) != 1:
            raise UsageError(f"name one {self.takes.lower()}, e.g. {self.example}")
        try:
            self.act(args[0], dict(opts.spargs), opts)
        except (CrawlError, ArchiveError) as error:
            if opts.debug:
                raise
            self.exitcode = told(self, error)

    def act(self, name: str, arguments: dict[str, str], opts: argparse.Namespace) -> None:
        """Do it. Raises CrawlError and ArchiveError."""
        raise NotImplementedError


class ArchiveCommand(ScrapyCommand):
    """`luutin VERB [PORTAL…]` on the output folder, with no network; a verb says in `act` what it does."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[options] [PORTAL…]"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.usage = (parser.usage or "").replace("scrapy ", "luutin ")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Act, and leave the exit code: what `act` says, else 1 error, 2 usage."""
        assert self.settings is not None
        try:
            with opened(self.settings, self.use(opts)) as folder:
                self.exitcode = self.act(folder, args, opts)
        except (CrawlError, ArchiveError) as error:
            self.exitcode = told(self, error)

    def use(self, opts: argparse.Namespace) -> Use:
        """What it does with the output folder."""
        return Use.READS

    def act(self, folder: Path, portals: list[str], opts: argparse.Namespace) -> int:
        """Do it; the exit code. Raises CrawlError and ArchiveError."""
        raise NotImplementedError


def told(command: ScrapyCommand, error: CrawlError | ArchiveError) -> int:
    """Say on stderr what ended a verb; its exit code."""
    talk.say(f"luutin {command.__module__.rpartition('.')[2]}: {error}", level="error")
    return exit_code_of(error)


def brief_record(*args: Any, **kwargs: Any) -> logging.LogRecord:
    """A log record that names an exception in its message instead of carrying the traceback."""
    record = logging.LogRecord(*args, **kwargs)
    if record.exc_info and record.exc_info[1] is not None:
        error = record.exc_info[1]
        record.msg, record.args = f"{record.getMessage()} ({type(error).__name__}: {error}; --debug shows where)", ()
        record.exc_info = None
    return record
