"""Ordinary articles, each its own: sentences composed anew from the phrases of one or two topics."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from random import Random

from copies import words

SHORT, USUAL, LONG = (80, 240), (280, 470), (470, 900)  # syllables, and how often each
_SHARES = ((0.12, SHORT), (0.85, USUAL), (1.0, LONG))
BYLINES = (
    "",
    "",
    "Theo Báo {tinh}",
    "Văn phòng UBND huyện {huyen}",
    "PV",
    "Tin, ảnh: {nguoi}",
    "{nguoi}",
    "{nguoi} – {nguoi}",
)


@dataclass(frozen=True)
class Text:
    """A document without its place in a corpus: paragraphs are parted by a line feed."""

    title: str
    byline: str
    text: str
    day: date = words.FIRST_DAY

    def but(self, **changes: str) -> Text:
        """The same with other fields."""
        return replace(self, **changes)  # type: ignore[arg-type]  # only the texts are ever changed

    def dated(self, day: date) -> Text:
        """The same of another day."""
        return replace(self, day=day)


def syllables(text: str) -> int:
    """How many syllables (runs between white space) the text has."""
    return len(text.split())


def length(rng: Random) -> int:
    """How many syllables an article is to have: 80 to 900, most of them 280 to 470."""
    share = rng.random()
    low, high = next(span for upto, span in _SHARES if share <= upto)
    return rng.randint(low, high)


class Writer:
    """Writes articles on one topic, and a second where the first would repeat itself."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._topics = words.tables()
        self._names = list(self._topics)
        self._bylines = [words.compiled(byline) for byline in BYLINES]

    def article(self, target: int | None = None) -> Text:
        """One article of about `target` syllables."""
        rng = self._rng
        target = target or length(rng)
        when = words.day(rng)
        fixed = self._fixed(when)
        topics = [self._topics[name] for name in rng.sample(self._names, 2 if target <= SHORT[1] else 3)]
        used: set[words.Phrase] = set()
        paragraphs = [self._sentence("mo_bai", topics[0], fixed, used, plain=True)]
        count = syllables(paragraphs[0])
        while count < target:
            topic = topics[0] if rng.random() < 0.5 else topics[int(rng.random() * len(topics))]
            frame = "cau_quen" if rng.random() < 0.03 else "cau"
            sentence = self._sentence(frame, topic, fixed, used, plain=frame != "cau")
            count += syllables(sentence)
            if rng.random() < 0.42:
                paragraphs.append(sentence)
            else:
                paragraphs[-1] += " " + sentence
        title = self._capital(self._fill(rng.choice(topics[0]["dau_de"]), topics[0], fixed))
        return Text(title, self._fill(rng.choice(self._bylines), topics[0], fixed), "\n".join(paragraphs), when)

    def paragraphs(self, count: int) -> list[str]:
        """Paragraphs of an article of their own, without its beginning."""
        found: list[str] = []
        while len(found) < count:
            found += self.article(USUAL[0]).text.split("\n")[1:]
        return found[:count]

    def title(self) -> str:
        """A headline of its own."""
        topic = self._topics[self._rng.choice(self._names)]
        return self._capital(self._fill(self._rng.choice(topic["dau_de"]), topic, self._fixed(words.day(self._rng))))

    def lead(self) -> str:
        """A sentence that could begin any article."""
        topic = self._topics[self._rng.choice(self._names)]
        return self._sentence("mo_bai", topic, self._fixed(words.day(self._rng)), set(), plain=True)

    def explanation(self) -> str:
        """A paragraph that stands in many articles, word for word."""
        return self._rng.choice(self._topics[self._names[0]]["nen"])[0]

    def clauses(self, frame: str, count: int) -> list[str]:
        """Parts of sentences, each of any topic: openings are capitalised, as titles are."""
        found = []
        for _ in range(count):
            topic = self._topics[self._rng.choice(self._names)]
            said = self._fill(self._rng.choice(topic[frame]), topic, self._fixed(words.day(self._rng)))
            found.append(self._capital(said) if frame in ("mo", "dau_de") else said)
        return found

    def _fixed(self, when: date) -> dict[str, list[str]]:
        rng = self._rng
        province, districts = words.place(rng, 1)
        return {
            "xa": [f"{rng.choice(('xã', 'xã', 'xã', 'thị trấn'))} {words.commune(rng)}" for _ in range(5)],
            "huyen": districts,
            "tinh": [province],
            "ong": (men := [words.man(rng) for _ in range(3)]),
            "ba": (women := [words.woman(rng) for _ in range(2)]),
            "nguoi": men + women,
            "ngay": [f"{when.day}/{when.month}", words.slashed(when), f"{when:%d/%m}"],
        }

    def _sentence(
        self, frame: str, topic: words.Tables, fixed: words.Fixed, used: set[words.Phrase], *, plain: bool = False
    ) -> str:
        rng = self._rng
        core = rng.choice(topic[frame])
        for _ in range(8):
            if core not in used:
                break
            core = rng.choice(topic[frame])
        used.add(core)
        said = self._fill(core, topic, fixed)
        if not plain and rng.random() < 0.5:
            said = self._fill(rng.choice(topic["mo"]), topic, fixed) + ", " + said
        if not plain and rng.random() < 0.55:
            tail = self._fill(rng.choice(topic["duoi"]), topic, fixed)
            said += " " + tail if tail.startswith("–") else tail
        return self._capital(said) + "."

    def _fill(self, phrase: words.Phrase, topic: words.Tables, fixed: words.Fixed) -> str:
        return words.fill(phrase, topic, fixed, self._rng)

    @staticmethod
    def _capital(said: str) -> str:
        return said[:1].upper() + said[1:]
