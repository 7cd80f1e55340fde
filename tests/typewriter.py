"""Unicode text -> as it was typed for the fonts of before Unicode: the way back of `pipelines.legacy`, for tests."""

from __future__ import annotations

import unicodedata

from pipelines.legacy import TCVN3, VNI, Encoding


def _keys(encoding: Encoding) -> dict[str, str]:
    """Letter -> what was typed for it: of VNI's spellings the one in which vowel and mark have the same case."""
    return {
        letter: typed
        for typed, letter in encoding.letters.items()
        if len({char.isupper() for char in typed}) == 1 or encoding is TCVN3
    }


_KEYS = {TCVN3: _keys(TCVN3), VNI: _keys(VNI)}


def typed(text: str, encoding: Encoding) -> str:
    """`text` as its font needs it. TCVN3 has no capitals with tones: `CỘNG HÒA` is `CéNG HßA`."""
    keys = _KEYS[encoding]
    return "".join(keys.get(char, keys.get(char.lower(), char)) for char in unicodedata.normalize("NFC", text))
