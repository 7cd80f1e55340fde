"""When and how a crawl is to run by itself: what systemd, cron and compose are told alike."""

from __future__ import annotations

import hashlib
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from crawler.errors import BadArgument

EVERY = {"hourly": 1, "daily": 24, "weekly": 7 * 24}
HOURS = (1, 2, 3, 4, 6, 8, 12)
"""What divides a day: with other intervals the hours would differ from day to day."""
NIGHT_HOURS = 6
"""Where no time is named, it is one before six in the morning, when portals are least asked."""
SHOWN_WORDS = 3
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SAFE = re.compile(r"[A-Za-z0-9_./:=@-]+")
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Times:
    """How often, in hours, and the first time of the day; `day` is the weekday, 0 is Monday, of a weekly run."""

    every: int
    hour: int
    minute: int
    day: int

    @property
    def hours(self) -> list[int]:
        """The hours of a day at which it runs."""
        return [(self.hour + more) % 24 for more in range(0, 24, min(self.every, 24))]


@dataclass(frozen=True, slots=True)
class Job:
    """One crawl to be run again and again. `command` begins with the program; paths are absolute."""

    name: str
    """Of unit files."""
    command: tuple[str, ...]
    output: Path
    contact: str
    times: Times
    second: int
    """Of the minute, so that not all who use luutin ask at the full one."""
    listed: Path | None = None
    """The list of portals the command names, if it names one."""

    @property
    def what(self) -> str:
        """The crawl in a few words."""
        if self.listed is not None:
            return f"the portals of {self.listed}"
        words = self.command[2:]
        more = f" and {len(words) - SHOWN_WORDS} more" if len(words) > SHOWN_WORDS else ""
        return f"{' '.join(words[:SHOWN_WORDS])}{more}" if words else "all portals"


def times_of(every: str, at: str | None, seed: bytes) -> Times:
    """The times that `--every` and `--at` name; what they leave open is random, but always the same for one `seed`.

    Raises BadArgument.
    """
    hours = EVERY.get(every) or (int(every[:-1]) if re.fullmatch(r"\d{1,2}h", every) else 0)
    if every not in EVERY and hours not in HOURS:
        said = ", ".join(f"{one}h" for one in HOURS)
        raise BadArgument(f"--every {every}: must be {', '.join(EVERY)}, or hours that divide a day: {said}")
    drawn = hashlib.sha256(seed).digest()
    hour, minute, day = drawn[0] % NIGHT_HOURS, drawn[1] % 60, drawn[2] % 7
    if at is not None:
        match = _TIME.fullmatch(at)
        if match is None:
            raise BadArgument(f"--at {at}: is no time of the day. Write hours and minutes, as 02:30.")
        hour, minute = int(match[1]), int(match[2])
    return Times(hours, hour, minute, day)


def second_of(seed: bytes) -> int:
    """The second of the minute, from 1 to 59, always the same for one `seed`."""
    return 1 + hashlib.sha256(seed).digest()[3] % 59


def plain(name: str, text: str) -> str:
    """`text`, which goes into a file of lines. Raises BadArgument where it would not stay on its own."""
    if not text.strip() or not text.isprintable():
        raise BadArgument(f"{name} {text!r}: must be one line of printable text")
    return text


def on_calendar(times: Times) -> str:
    """The times as systemd's OnCalendar= has them (systemd.time(7))."""
    day = f"{DAYS[times.day]} " if times.every > 24 else ""
    hours = "*" if times.every == 1 else ",".join(f"{hour:02d}" for hour in sorted(times.hours))
    return f"{day}*-*-* {hours}:{times.minute:02d}:00"


def cron_times(times: Times) -> str:
    """The times as the first five fields of a line of crontab(5)."""
    hours = "*" if times.every == 1 else ",".join(map(str, sorted(times.hours)))
    day = str((times.day + 1) % 7) if times.every > 24 else "*"
    return f"{times.minute} {hours} * * {day}"


def quoted(text: str) -> str:
    """A word of a systemd unit: where need be in quotes, what means something in them escaped (systemd.syntax(7))."""
    if _SAFE.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'


def shell(words: tuple[str, ...]) -> str:
    """Words of a POSIX shell's command line."""
    return " ".join(map(shlex.quote, words))
