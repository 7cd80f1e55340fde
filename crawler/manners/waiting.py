"""How long a server asks to be left alone (Retry-After), and the words for coming back later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

BUSY = (429, 503)
"""Too many requests, and too many of everybody's: what may carry Retry-After (RFC 9110, 15.6.4; RFC 6585, 4)."""


def retry_after(said: str | None) -> float | None:
    """Seconds a server asks to wait, out of its Retry-After: seconds or a date (RFC 9110, 10.2.3)."""
    said = (said or "").strip()
    if said.isdecimal() and said.isascii():
        return float(said[:9])
    at = http_date(said)
    return None if at is None else max(0.0, (at - datetime.now(UTC)).total_seconds())


def http_date(said: str) -> datetime | None:
    """A date of HTTP in any of its three forms (RFC 9110, 5.6.7); None where it is none."""
    try:
        at = parsedate_to_datetime(said)
    except (ValueError, IndexError, OverflowError):
        return None
    return at.replace(tzinfo=at.tzinfo or UTC)


def again(seconds: float | None = None) -> str:
    """What a run that ends early says last: when to run it again."""
    when = f"after {datetime.now(UTC) + timedelta(seconds=seconds):%Y-%m-%d %H:%M} UTC" if seconds else "later"
    return f"Nothing is lost: run the same command again {when}, it goes on where this ended."
