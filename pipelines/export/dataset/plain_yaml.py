"""Writes YAML of plain values: keys as they are, texts quoted as in JSON, which is YAML too."""

from __future__ import annotations

import json
from typing import Any

_STEP = "  "


def dumped(value: dict[str, Any]) -> str:
    """The YAML of a mapping whose keys are plain words; of texts what does not print is left out."""
    return "\n".join(_mapping(value, "")) + "\n"


def _mapping(value: dict[str, Any], indent: str) -> list[str]:
    lines = []
    for key, inner in value.items():
        if isinstance(inner, dict) and inner:
            lines += [f"{indent}{key}:", *_mapping(inner, indent + _STEP)]
        elif isinstance(inner, list) and inner:
            lines += [f"{indent}{key}:", *_listed(inner, indent)]
        else:
            lines.append(f"{indent}{key}: {_scalar(inner)}")
    return lines


def _listed(values: list[Any], indent: str) -> list[str]:
    lines = []
    for value in values:
        if isinstance(value, dict) and value:
            first, *rest = _mapping(value, indent + _STEP)
            lines += [f"{indent}- {first.removeprefix(indent + _STEP)}", *rest]
        else:
            lines.append(f"{indent}- {_scalar(value)}")
    return lines


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        value = "".join(char for char in value if char.isprintable())
    return json.dumps(value, ensure_ascii=False)
