"""Forms as browsers send them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from pipelines.text import one_line

if TYPE_CHECKING:
    from lxml.html import HtmlElement


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it is sent by POST: where to, and its fields in order."""

    url: str
    fields: tuple[tuple[str, str], ...]

    @property
    def body(self) -> bytes:
        """As it is sent."""
        return urlencode(self.fields).encode()


def values(form: HtmlElement) -> Iterator[tuple[str, str]]:
    """The fields of a form with the values they have."""
    for field in form.iter("input", "select", "textarea"):
        name, kind = field.get("name"), (field.get("type") or "text").lower()
        if not name or kind in ("submit", "image", "button", "reset", "file"):
            continue
        if kind in ("checkbox", "radio") and field.get("checked") is None:
            continue
        if field.tag == "select":
            options = list(field.iter("option"))
            chosen = next((one for one in options if one.get("selected") is not None), options[0] if options else None)
            if chosen is not None:
                yield name, chosen.get("value") or one_line(chosen.text_content())
        else:
            yield name, (field.text or "") if field.tag == "textarea" else field.get("value") or ""
