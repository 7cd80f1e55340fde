"""Whether a word is spelt like a syllable of Vietnamese: what tells its text from letters that only look so."""

from __future__ import annotations

import unicodedata
from functools import cache

from pipelines.text import bare

TONES = "\u0301\u0300\u0309\u0303\u0323"
"""Acute, grave, hook, tilde, dot below: the five tones that are written."""
MAX_LETTERS = 7
"""`nghiêng` is the longest syllable."""

_FRONT_ONLY = frozenset({"gh", "ngh"})
_BACK_ONLY = frozenset({"c", "g", "ng"})
_FRONT = frozenset("eêiy")
_RIMES = frozenset(
    """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
    i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu
    o oa oac oach oai oam oan oang oanh oao oap oat oay
    oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op ot
    ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    u ua uân uâng uât uây uc uê uêch uênh ui um un ung uơ uôc uôi uôm uôn uông uôt up ut
    uy uya uych uyên uyêt uynh uyt uyu
    ư ưa ưc ưi ươc ươi ươm ươn ương ươp ươt ươu ưng ưt ưu
    y yêm yên yêng yêt yêu
    """.split()
)
_AFTER_QU = frozenset(
    """
    a ac ach ai an ang anh ao at au ay ăc ăm ăn ăng ăp ăt âc ân âng ât âu ây e en eo et ê êch ên ênh êt
    i it y yên yêt ych ynh yt ơ ơi ơn ơt ôc
    """.split()
)
_AFTER_G = frozenset({"i", "ich", "iêc", "iêng", "iêt", "im", "in", "ip"})
_INITIALS = (*"b c ch d đ g gh gi h k kh l m n ng ngh nh p ph r s t th tr v x".split(), "")
_SYLLABLES = frozenset(
    {
        initial + rime
        for initial in _INITIALS
        for rime in _RIMES
        if initial not in (_BACK_ONLY if rime[0] in _FRONT else _FRONT_ONLY)
    }
    | {"qu" + rime for rime in _AFTER_QU}
    | {"g" + rime for rime in _AFTER_G}
)
"""Every syllable without its tone: some four thousand."""
_STOPPED = ("c", "ch", "p", "t")
_STOP_TONES = ("\u0301", "\u0323")


def is_syllable(word: str) -> bool:
    """Whether `word` is spelt like one syllable of Vietnamese, with a tone that its ending can bear.

    Old and new tone placement and the letter eth, which old texts have for đ, are as good; case does not count.
    """
    if len(word) > 2 * MAX_LETTERS:
        return False
    tones: list[str] = []
    plain: list[str] = []
    for char in unicodedata.normalize("NFD", word.lower()):
        (tones if char in TONES else plain).append(char)
    letters = unicodedata.normalize("NFC", "".join(plain)).replace("ð", "đ")
    if len(tones) > 1 or letters not in _SYLLABLES:
        return False
    return not letters.endswith(_STOPPED) or (bool(tones) and tones[0] in _STOP_TONES)


def is_bare_syllable(word: str) -> bool:
    """Whether `word` (lower case) may be a syllable typed without any of its marks: `duong` for đường."""
    return word in _bare_syllables()


@cache
def _bare_syllables() -> frozenset[str]:
    return frozenset(map(bare, _SYLLABLES))
