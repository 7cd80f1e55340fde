"""Telling others of a run: a summary, metrics for node_exporter, a command or an address where it failed.

Nothing from a page reaches a command line or an environment variable: the command is the operator's own, and it is
told names of ours, paths and a number.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shlex
import signal
import subprocess
import threading
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.exceptions import UsageError

from crawler.talk import in_json, say
from pipelines.archive.files import replace_file
from pipelines.errors import ArchiveError
from pipelines.report.metrics import metrics

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

    from pipelines.archive.folder import Archive
    from pipelines.report.run import RunReport

logger = logging.getLogger(__name__)

KILLED_SECONDS = 5
"""What a command that was ended gets to be gone."""


def check(settings: BaseSettings) -> None:
    """Raises UsageError where a hook's setting makes no sense: it would be noticed when it is needed only."""
    url = settings.get("ON_FAILURE_WEBHOOK")
    if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
        raise UsageError("ON_FAILURE_WEBHOOK is no address: it begins with http:// or https:// and a host.")
    try:
        shlex.split(settings.get("ON_FAILURE_COMMAND") or "")
    except ValueError as error:
        raise UsageError(f"ON_FAILURE_COMMAND cannot be read: {error}. It is split as a shell would.") from error


def keep(archive: Archive, report: RunReport) -> Path | None:
    """Record a run in its archive; the path of its report, or None where a disk that failed the run takes none.

    Raises OutputUnwritable where the run itself had not failed.
    """
    try:
        return archive.record_run(report)
    except ArchiveError:
        if report.error is None:
            raise
        return None


def tell(report: RunReport, folder: Path, path: Path | None) -> None:
    """Say on stderr what a run did, and where that lies."""
    if in_json():
        told = {"run": report.run, "verdict": report.verdict, "exit_code": report.exit_code, "pages": report.pages}
        told |= {"bytes": report.bytes, "seconds": round(report.seconds, 1), "outcomes": report.outcomes}
        told |= {"issues": _issues(report), "report": str(path) if path else None}
        level = "info" if report.exit_code == 0 else "error"
        say(f"the run ended: {report.verdict}", portal=report.portal, level=level, **told)
    elif report.pages:
        say(report.summary())
        say(f"  articles  {folder / 'articles' / f'{report.portal}.jsonl'}")
        say(f"  captures  {folder / 'captures' / report.portal}")
        if path is not None:
            say(f"  report    {path.with_suffix('.html')}")


def after_run(report: RunReport, path: Path | None, settings: BaseSettings) -> None:
    """Metrics of every run; the hooks of one that does not exit with 0. What fails here is logged, and that is all.

    `path` is the report's. Takes up to twice HOOK_TIMEOUT: where others are being crawled, call it in a thread.
    """
    if folder := settings.get("METRICS_FOLDER"):
        target = Path(folder) / f"luutin-{report.portal}.prom"
        try:
            replace_file(target, metrics(report).encode())
            target.chmod(0o644)  # node_exporter is another user
        except OSError as error:
            logger.error("%s: the metrics cannot be written: %s", target, error)  # noqa: TRY400 - a line says it
    if report.exit_code == 0:
        return
    seconds = settings.getfloat("HOOK_TIMEOUT")
    if command := settings.get("ON_FAILURE_COMMAND"):
        _run(shlex.split(command), report, path, seconds)
    if url := settings.get("ON_FAILURE_WEBHOOK"):
        _post(url, report, path, seconds)


def _run(command: list[str], report: RunReport, path: Path | None, seconds: float) -> None:
    told = {
        "LUUTIN_PORTAL": report.portal,
        "LUUTIN_RUN": report.run,
        "LUUTIN_EXIT_CODE": str(report.exit_code),
        "LUUTIN_VERDICT": report.verdict,
        "LUUTIN_REPORT": str(path.absolute()) if path else "",
        "LUUTIN_REPORT_HTML": str(path.with_suffix(".html").absolute()) if path else "",
    }
    try:
        process = subprocess.Popen(  # noqa: S603 - the operator's own command, and no shell
            command, env={**os.environ, **told}, stdin=subprocess.DEVNULL, stdout=2, start_new_session=True
        )
    except (OSError, ValueError) as error:
        logger.error("ON_FAILURE_COMMAND cannot be run: %s", error)  # noqa: TRY400 - a line says it
        return
    try:
        if code := process.wait(seconds):
            logger.error("ON_FAILURE_COMMAND ended with exit code %d", code)
    except subprocess.TimeoutExpired:
        logger.error("ON_FAILURE_COMMAND took more than %g s and was ended", seconds)  # noqa: TRY400 - a line says it
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # and what it started
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(KILLED_SECONDS)


def _post(url: str, report: RunReport, path: Path | None, seconds: float) -> None:
    body = json.dumps(_message(report, path), ensure_ascii=False).encode()
    request = urllib.request.Request(  # noqa: S310 - `check` lets http and https through only
        url, body, {"Content-Type": "application/json", "User-Agent": f"luutin/{report.luutin}"}
    )
    problems: list[str] = []
    done = threading.Event()

    def send() -> None:
        try:
            with _OPENER.open(request, timeout=seconds):
                pass
        except (OSError, ValueError) as error:  # HTTP errors, refused connections and bad answers are among them
            problems.append(str(error))
        done.set()

    threading.Thread(target=send, daemon=True).start()  # a timeout of urllib's bounds each read, not the whole
    if not done.wait(seconds):
        problems.append(f"no answer within {seconds:g} s")
    host = urlsplit(url).hostname  # the rest of such an address is a secret
    for problem in problems[:1]:
        logger.error("ON_FAILURE_WEBHOOK: %s could not be told: %s", host, problem)


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: what is said goes to the address the operator named."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_Stay)


_NO_MARKUP = str.maketrans("<>@", "‹›＠")
"""A headline out of a page may not call everybody in the chat."""


def _message(report: RunReport, path: Path | None) -> dict[str, Any]:
    """What a webhook is sent; `text` is what chat services show."""
    issues = "; ".join(issue.message for issue in report.issues[:5]).translate(_NO_MARKUP)
    return {
        "text": f"luutin: {report.portal}: {report.verdict}. {issues}",
        "portal": report.portal,
        "run": report.run,
        "verdict": report.verdict,
        "exit_code": report.exit_code,
        "started_at": report.started_at.isoformat(),
        "ended_at": report.ended_at.isoformat(),
        "pages": report.pages,
        "bytes": report.bytes,
        "outcomes": report.outcomes,
        "articles_in_archive": report.articles_in_archive,
        "issues": _issues(report),
        "report": str(path.absolute()) if path else None,
    }


def _issues(report: RunReport) -> list[dict[str, str]]:
    return [{"kind": one.kind, "subject": one.subject, "message": one.message} for one in report.issues]
