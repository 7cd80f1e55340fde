"""Walk one portal and keep what it published."""

from __future__ import annotations

import argparse
from typing import Any, ClassVar

from crawler.notify import after_run, tell
from crawler.running import Run, catch_up, plan, settle_memory
from crawler.storage import Use, opened
from crawler.verb import PortalCommand


class Command(PortalCommand):
    """`luutin crawl PORTAL [-a url=URL] [-a origin=ORIGIN] [-a full=1]`."""

    default_settings: ClassVar[dict[str, Any]] = {"LUUTIN_PROGRESS": True}

    example = "`luutin crawl skhdt_backan`, or `portal -a url=https://…`"

    def short_desc(self) -> str:
        return "Walk a portal (see `luutin list`), or any other with `portal -a url=https://…`"

    def long_desc(self) -> str:
        return (
            "Walk a portal's news sections and keep captures and articles under output/ (or LUUTIN_OUTPUT). "
            "PORTAL is a name of `luutin list`, or `portal` with -a url=https://… for any other. "
            "-a origin=… reads captures instead: a WARC, ARC or WACZ file, a folder or pattern of them, `wayback` (or "
            "wayback:CDX-URL,WEB-URL), `commoncrawl` (or commoncrawl:INDEX-URL,DATA-URL, or a folder). -a captures=all"
            " reads every version of a page, -a since=DATE -a until=DATE bound when they were made. -a full=1 walks "
            "every listing to its end again."
        )

    def act(self, name: str, arguments: dict[str, str], opts: argparse.Namespace) -> None:
        """Crawl, print a summary, leave the exit code."""
        assert self.settings is not None
        assert self.crawler_process is not None
        todo = plan(self.settings, name, arguments)
        with opened(self.settings, Use.WRITES) as folder:
            catch_up(folder, [todo.key], self.settings)
            with Run(todo, folder) as run:
                run.begin(self.crawler_process)
                settle_memory()
                self.crawler_process.start()
                ended = run.end()
        tell(ended.report, folder, ended.path)
        after_run(ended.report, ended.path, self.settings)
        if ended.fatal is not None:
            raise ended.fatal
        self.exitcode = ended.report.exit_code
