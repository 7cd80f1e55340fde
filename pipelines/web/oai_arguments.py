"""What a request of OAI-PMH says: its arguments, checked by the rules of the protocol (3.6, 4)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from pipelines.web.stored import moment

_DAY_CHARS = 10
_WORD = r"[A-Za-z0-9\-_.!~*'()]{1,100}"
_FORMS = {"metadataPrefix": _WORD, "set": f"{_WORD}(:{_WORD}){{0,9}}"}
"""What an argument may be, by the schema of the protocol."""
_LAST = datetime.max.replace(tzinfo=UTC)
_LIST = {"from", "until", "set", "metadataPrefix", "resumptionToken"}
TAKES: dict[str, tuple[set[str], set[str]]] = {
    "Identify": (set(), set()),
    "ListMetadataFormats": (set(), {"identifier"}),
    "ListSets": (set(), {"resumptionToken"}),
    "GetRecord": ({"identifier", "metadataPrefix"}, set()),
    "ListIdentifiers": ({"metadataPrefix"}, _LIST),
    "ListRecords": ({"metadataPrefix"}, _LIST),
}
"""By verb the arguments that have to be there, and those that may."""


class Refused(Exception):
    """A request the protocol has an error for. Raised by what a verb calls."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def checked(given: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The arguments of a request. Raises Refused."""
    arguments = dict(given)
    if [name for name, _ in given].count("verb") != 1 or arguments["verb"] not in TAKES:
        raise Refused("badVerb", f"say one verb of {', '.join(TAKES)}")
    if len(arguments) != len(given):
        raise Refused("badArgument", "an argument is there twice: say each once")
    needed, allowed = TAKES[arguments["verb"]]
    names = set(arguments) - {"verb"}
    if unknown := sorted(names - needed - allowed):
        raise Refused("badArgument", f"{shown(unknown[0])}: {arguments['verb']} takes no such argument")
    if "resumptionToken" in names:
        if len(names) > 1:
            raise Refused("badArgument", "resumptionToken says all: leave the other arguments out")
    elif missing := sorted(needed - names):
        raise Refused("badArgument", f"{missing[0]}: is missing")
    for name in names - {"resumptionToken"}:
        if not re.fullmatch(_FORMS.get(name, r"[!-~]{1,200}"), arguments[name]):
            raise Refused("badArgument", f"{name}: has signs in it that have no place there, or is too long")
    return arguments


def shown(value: str) -> str:
    """`value` as it may be shown in XML."""
    return re.sub(r"[^ -~]", "?", value[:200])


def span(since: str | None, until: str | None) -> tuple[datetime | None, datetime | None]:
    """From when, and before when, records are asked for. Raises Refused."""
    start, end = _time(since), _time(until)
    if start and end and (len(since or "") != len(until or "") or start > end):
        raise Refused("badArgument", "from and until have to be alike in form, and from not after until")
    if end is None:
        return start, None
    whole = timedelta(days=1) if len(until or "") == _DAY_CHARS else timedelta(seconds=1)
    return start, end + whole if end < _LAST - whole else _LAST


def _time(said: str | None) -> datetime | None:
    """The time an argument says; None without one. Raises Refused."""
    if said is None:
        return None
    try:
        return moment(said)
    except ValueError as error:
        raise Refused("badArgument", f"{shown(said)}: is no time; write 2024-06-30 or 2024-06-30T01:02:03Z") from error
