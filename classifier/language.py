"""Which language a text is in: script blocks first, then a few hundred telling words; unknown is a value (decision 10)."""

from __future__ import annotations

LANGUAGES = ("en", "bn", "bn-Latn", "rhg-Latn", "my", "und")


def detect(text: str) -> str:
    """Return en, bn, bn-Latn, rhg-Latn, my, or und where neither script nor words tell. Never raises."""
    script = _script(text)
    return script if script != "latin" else _latin(text)


def _script(text: str) -> str:
    counts = {"bn": 0, "my": 0, "latin": 0, "und": 0}
    for sign in text:
        if sign.isalpha():
            counts[_block(sign)] += 1
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else "und"


def _block(sign: str) -> str:
    code = ord(sign)
    for first, last, name in _BLOCKS:
        if first <= code <= last:
            return name
    return "und"


def _latin(text: str) -> str:
    from classifier.wordlists import flatten

    words = flatten(text).split()
    scores = {name: sum(word in known for word in words) for name, known in _TELLING.items()}
    best = max(scores, key=lambda name: scores[name])
    sure = scores[best] >= max(1, len(words) // 8) and list(scores.values()).count(scores[best]) == 1
    return best if sure else "und"


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_BLOCKS = (
    (0x41, 0x5A, "latin"),
    (0x61, 0x7A, "latin"),
    (0xC0, 0x24F, "latin"),
    (0x1E00, 0x1EFF, "latin"),
    (0x980, 0x9FF, "bn"),
    (0x1000, 0x109F, "my"),
    (0xA9E0, 0xA9FF, "my"),
    (0xAA60, 0xAA7F, "my"),
)
_TELLING = {
    "en": _set(
        "the is are was were and of to in we you they have has had not please can my our with for that this there it"
        " he she his her from when where how what need help water food no been i me be on at by do does did will who"
    ),
    "bn-Latn": _set(
        "ami amar amader amra apni apnar tumi tomar amake nai nei ache ase asche kobe kothay kivabe keno ki ar er"
        " kore korse korche koreche hoy hobe hoise din pani jonno theke dorkar lagbe chai bhai vai valo bhalo ghor kintu"
        " shami amra ora tara oder"
    ),
    "rhg-Latn": _set(
        "anr anrar anra anre ani itara ite iba tuin tui fani lager olla ollai edde hode hotte hotun kengori nai ot gori"
        " goijje giye hana sail gor fua fuain mayafua bicci bici cukuria oilde aiyer zar zaiyum hamisa ye"
    ),
}
