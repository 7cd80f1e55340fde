"""XML out of whatever text there is."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from lxml import etree

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no form for (https://www.w3.org/TR/xml/#charsets)."""


def text_of(value: str) -> str:
    """`value` without what XML cannot say."""
    return _NO_XML.sub("", value)


def add(parent: etree._Element, tag: str, text: str | None = None, **attributes: str) -> etree._Element:
    """A further element of `parent`, in its namespace unless `tag` names another."""
    namespace = etree.QName(parent).namespace
    name = tag if tag.startswith("{") or namespace is None else f"{{{namespace}}}{tag}"
    made = etree.SubElement(parent, name, {key: text_of(value) for key, value in attributes.items()})
    if text is not None:
        made.text = text_of(text)
    return made


def written(root: etree._Element) -> bytes:
    """A document, in UTF-8."""
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def instant(at: datetime) -> str:
    """A time in UTC, to the second (RFC 3339): `2024-06-30T01:02:03Z`."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
