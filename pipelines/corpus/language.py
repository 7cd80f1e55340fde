"""The language of an article, told by its text: portals state Vietnamese on their English and minority editions too.

By script where that settles it, else by function words: of the languages in `function_words` the one whose words make
up most of the text, where they are enough and clearly more than those of the next. Vietnamese is told by the spelling
of its syllables as well, and also where it is typed without marks. Not told are other languages, texts of a few words,
and mixtures. `tyz` is said of Tày and of Nùng, which are not told apart; `hmn` of Hmong as it is spelt in Vietnam,
`mww` of Hmong in the Romanised Popular Alphabet; `blt` of whatever is in Tai Viet script.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from pipelines.corpus.function_words import BARE_VIETNAMESE, LANGUAGES_OF
from pipelines.syllables import is_bare_syllable, is_syllable

if TYPE_CHECKING:
    from pipelines.items import Article

LOOK_CHARS = 2000
"""Of a text, how much is looked at..."""
MIN_BODY_CHARS = 150
"""... of the body alone where it has so many, else with headline and lead, which may be in another language."""
MIN_WORDS = 6
"""Fewer tell nothing."""
MIN_DIFFERENT = 4
"""Different function words of a language before its text is taken for it: one is a name, three are chance."""
MIN_SHARE, MIN_SHARE_VIETNAMESE = 0.10, 0.05
"""Of the words, how many are function words of the language: on the pages measured English prose has .24-.36 of those
listed, German .27-.37, Vietnamese, where officials run from noun to noun, .09-.22 (from the 5th to the 95th in 100)."""
AHEAD = 1.4
"""How many times as many, of what is demanded, as of the next language: neighbours in the Central Highlands share half
their words."""
MIN_SPELT, MIN_SPELT_BARE = 0.45, 0.85
"""Of the words, how many are Vietnamese syllables with a mark; and, typed without marks, could be such."""
MIN_OTHER_SCRIPT = 0.4
"""Of the letters, how many of a script other than Latin make a text one in that script."""
MIN_KANA = 0.05
"""Of Chinese characters and kana, how many of the latter make it Japanese."""
MIN_REFUTING_WORDS, MAX_REFUTED = 60, 0.1
"""So many words, of which so few are Vietnamese syllables with a mark, are no Vietnamese whatever a page states."""
ALIASES = {"vn": "vi", "vie": "vi"}
"""What portals write for it."""

_WORD = re.compile("[^\\W\\d_][\\w\u0300-\u036f'’]*")
_LATIN = "\u0000-\u036f\u1d00-\u2bff\ua720-\ua7ff\uab30-\uab6f\ufb00-\ufb06\uff00-\uffee"
_OTHER = re.compile(f"[^{_LATIN}]")
_SCRIPTS = {
    "th": re.compile("[\u0e00-\u0e7f]"),
    "lo": re.compile("[\u0e80-\u0eff]"),
    "km": re.compile("[\u1780-\u17ff\u19e0-\u19ff]"),
    "blt": re.compile("[\uaa80-\uaadf]"),
    "cjm": re.compile("[\uaa00-\uaa5f]"),
    "ko": re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]"),
    "zh": re.compile("[\u3400-\u9fff\uf900-\ufaff]"),
    "ja": re.compile("[\u3041-\u30ff]"),
}
"""Scripts in which one language is written, or of those met here one."""


def set_language(article: Article) -> None:
    """Set `language` by the text where that tells another than the page states, or the page states none; `evidence`
    then says `text`. Templates state Vietnamese or English of every page, so that is doubted: it becomes `und` where
    it is Vietnamese and the text cannot be. Who states another language is doubted only by Vietnamese and English text.
    """
    stated = ALIASES.get(article.language.partition("-")[0].lower(), article.language)
    primary = stated.partition("-")[0]
    text = _sample(article)
    words = _words(text)
    told = _told(text, words)
    if told is None and primary == "vi" and _refutes(words):
        told = "und"
    believed = told == primary or not {told, primary} & {"vi", "en"}
    if told is None or (believed and "language" in article.evidence):
        article.language = stated
    else:
        article.language, article.evidence["language"] = told, "text"


def language_of(text: str) -> str | None:
    """The BCP 47 code of the language of `text` (NFC), or None where it does not tell.

    Of 517 pages in 21 languages it tells 495, none otherwise than both py3langid 0.4 (2.7 ms and 120 MB) and lingua 2.1
    (12 ms, 900 MB); it takes 0.2 ms, and no memory. These two call texts in the minority languages of Vietnam
    Vietnamese, Acehnese, Zulu or Sotho. Those of the samples are written by who chose the words; of others' texts only
    a few lines of Jarai and Bahnar, and Tai Viet, were at hand.
    """
    text = text[:LOOK_CHARS]
    return _told(text, _words(text))


def _sample(article: Article) -> str:
    if len(article.body) >= MIN_BODY_CHARS:
        return article.body[:LOOK_CHARS]
    return f"{article.title}\n{article.lead or ''}\n{article.body}"[:LOOK_CHARS]


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.lower()))


def _told(text: str, words: Counter[str]) -> str | None:
    return _by_script(text) or _by_words(words)


def _by_script(text: str) -> str | None:
    others = "".join(_OTHER.findall(text))
    if not others or len(others) <= MIN_OTHER_SCRIPT * sum(map(str.isalpha, text)):
        return None
    found = {code: len(script.findall(others)) for code, script in _SCRIPTS.items()}
    if found["ja"] > MIN_KANA * (found["ja"] + found["zh"]):
        found["ja"] += found["zh"]
    most = max(found, key=found.__getitem__)
    return most if 2 * found[most] > len(others) else None


def _by_words(words: Counter[str]) -> str | None:
    total = words.total()
    if total < MIN_WORDS:
        return None
    hits: Counter[str] = Counter()
    different: Counter[str] = Counter()
    for word in words.keys() & LANGUAGES_OF.keys():
        for code in LANGUAGES_OF[word]:
            hits[code] += words[word]
            different[code] += 1
    strengths = {code: count / (total * _demanded(code)) for code, count in hits.items() if different[code] > 1}
    ranked = sorted(strengths, key=lambda code: (-strengths[code], code))
    best = ranked[0] if ranked else "vi"
    ahead = len(ranked) < 2 or strengths[best] >= AHEAD * strengths[ranked[1]]
    if ahead and different[best] >= MIN_DIFFERENT and strengths[best] >= 1:
        if best != BARE_VIETNAMESE:
            return best
        return "vi" if _spelt_bare(words) >= MIN_SPELT_BARE * total else None
    return "vi" if best in ("vi", BARE_VIETNAMESE) and _spelt(words) >= MIN_SPELT * total else None


def _demanded(code: str) -> float:
    return MIN_SHARE_VIETNAMESE if code == "vi" else MIN_SHARE


def _spelt_bare(words: Counter[str]) -> int:
    return sum(count for word, count in words.items() if is_bare_syllable(word))


def _spelt(words: Counter[str]) -> int:
    """How many of the words are spelt as syllables of Vietnamese with a mark."""
    return sum(count for word, count in words.items() if not word.isascii() and is_syllable(word))


def _refutes(words: Counter[str]) -> bool:
    total = words.total()
    return total >= MIN_REFUTING_WORDS and _spelt(words) < MAX_REFUTED * total
