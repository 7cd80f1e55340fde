"""Write what makes a crawl run by itself: systemd units, a line of crontab, a compose file."""

from __future__ import annotations

import argparse
import getpass
import os
import re
import shlex
import sys
from pathlib import Path

from scrapy.exceptions import UsageError

from crawler.errors import BadArgument
from crawler.manners.contact import is_contact
from crawler.roster import read_list, roster
from crawler.schedule_files import cluster, compose, cron, systemd
from crawler.scheduling import Job, plain, second_of, times_of
from crawler.storage import Use, place_of
from crawler.verb import ArchiveCommand
from pipelines.archive.files import refuse
from pipelines.remote.places import is_url

FORMS = ("systemd", "cron", "compose", "cluster")
CONTACT = "LUUTIN_CONTACT"
CONTAINER_UID = 10001
"""Of the Containerfile's user."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}")
_USER = re.compile(r"[a-z_][a-z0-9_-]{0,31}")


class Command(ArchiveCommand):
    """`luutin schedule systemd|cron|compose|cluster [PORTAL…|--all|--file LIST] [--every …] [--at …] [--into DIR]`."""

    def syntax(self) -> str:
        return "[options] systemd|cron|compose|cluster [PORTAL…]"

    def short_desc(self) -> str:
        return "Write systemd units, a line of crontab or a compose file that crawl again and again"

    def long_desc(self) -> str:
        return (
            "Write, to stdout or into a folder, what makes `luutin crawlall` run by itself; nothing is installed. "
            "PORTAL is a name of `luutin list` or a start URL. A run takes the output folder for itself: one that "
            "finds it taken says by whom and exits 1. Times are those of the machine."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        add = parser.add_argument
        add("--all", action="store_true", help="all described portals that are not gone")
        add("--file", metavar="LIST", help="a portal's name or a start URL a line; # is a comment")
        add("--every", default="daily", metavar="TIME", help="hourly, daily, weekly, or hours as 12h (daily)")
        add("--at", metavar="HH:MM", help="the (first) time of the day; without it one before six in the morning")
        add("--output", metavar="DIR", help="the output folder (LUUTIN_OUTPUT, or output/ here)")
        add("--contact", metavar="TEXT", help=f"how portals reach you, for the user agent ({CONTACT})")
        add("--name", default="luutin", help="of the units (luutin)")
        add("--user", help="whom the service runs as (you)")
        add("--into", metavar="DIR", help="write files there instead of to stdout")

    def use(self, opts: argparse.Namespace) -> Use:
        return Use.NOTHING

    def act(self, folder: Path, portals: list[str], opts: argparse.Namespace) -> int:
        """Write the files, say on stderr what to do with them."""
        if not portals or portals[0] not in FORMS:
            raise UsageError(f"say what to write: {', '.join(FORMS)}")
        form, *words = portals
        if bool(words) + bool(opts.file) + opts.all != 1:
            raise UsageError("name the portals, or a list of them with --file, or say --all")
        job = self._job(folder, words, opts)
        user = opts.user or getpass.getuser()
        if not _USER.fullmatch(user):
            raise BadArgument(f"--user {user!r}: is no name of a user")
        if form == "systemd":
            files = systemd(job, user)
        elif form == "cron":
            files = cron(job)
        else:
            if opts.at:
                raise BadArgument("--at: compose counts from its start; systemd and cron know the time of day")
            files = compose(job) if form == "compose" else cluster(job)
        _write(files, Path(opts.into) if opts.into else None)
        sys.stderr.writelines(f"{line}\n" for line in _next_steps(form, job, list(files)))
        if form == "systemd" and user == "root":
            sys.stderr.write("The service will run as root, which it need not: name another with --user\n")
        return 0

    def _job(self, folder: Path, words: list[str], opts: argparse.Namespace) -> Job:
        assert self.settings is not None
        if not _NAME.fullmatch(opts.name):
            raise BadArgument(f"--name {opts.name!r}: must be letters, digits, _ and -")
        said = os.environ.get(CONTACT, "") if opts.contact is None else opts.contact
        contact = plain("--contact", said)
        if not is_contact(contact):
            raise BadArgument(f"--contact {contact!r}: must be a web or a mail address, so that portals can reach you")
        if is_url(place := opts.output or place_of(self.settings)):
            raise BadArgument(
                f"{place}: what runs by a schedule has its output folder on its machine. Name one with --output, or "
                "write LUUTIN_OUTPUT and what reaches the storage into the files yourself."
            )
        output = Path(plain("--output", str(Path(place).absolute())))
        listed = Path(plain("--file", str(Path(opts.file).absolute()))) if opts.file else None
        roster(self.settings, read_list(listed) if listed else words, {})
        words = ["--file", str(listed)] if listed else [plain("portal", word) for word in words]
        seed = "\0".join([str(output), *words]).encode()
        program = plain("luutin", str(Path(sys.executable).with_name("luutin")))
        times = times_of(opts.every, opts.at, seed)
        return Job(opts.name, (program, "crawlall", *words), output, contact, times, second_of(seed), listed)


def _write(files: dict[str, str], into: Path | None) -> None:
    """To stdout, or into a folder in which none of them is yet. Raises BadArgument, OutputUnwritable."""
    if into is None:
        for name, text in files.items():
            sys.stdout.write(f"# {name}\n{text}" + ("\n" if len(files) > 1 else ""))
        return
    if there := [name for name in files if (into / name).exists()]:
        raise BadArgument(f"--into {into}: {there[0]} is there already. Move it away, or name another folder.")
    try:
        into.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (into / name).write_text(text, "utf-8")
    except OSError as error:
        refuse(into, error)


def _next_steps(form: str, job: Job, names: list[str]) -> list[str]:
    """What is left to do by hand."""
    output = shlex.quote(str(job.output))
    if form == "systemd":
        return [
            f"Then: mkdir -p {output}; copy {' and '.join(names)} to /etc/systemd/system/;",
            f"systemctl daemon-reload && systemctl enable --now {job.name}.timer",
            f"journalctl -u {job.name} shows what a run says",
        ]
    if form == "cron":
        return [f"Then: mkdir -p {output}; add the line to your crontab: crontab -e"]
    extras = " --build-arg 'EXTRAS=[cluster,remote]'" if form == "cluster" else ""
    return [
        f"Then, in luutin's checkout: docker build --file Containerfile{extras} --tag luutin .",
        f"mkdir -p {output}; chown {CONTAINER_UID} {output}; docker compose --file {names[0]} up --detach",
    ]
