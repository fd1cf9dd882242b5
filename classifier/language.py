"""Which language a text is in: script blocks first, then our own model of pieces of words; unknown is a value (decision 10)."""

from __future__ import annotations

from collections.abc import Sequence

from classifier.features import Grams, grams
from classifier.scorer import Scorer
from classifier.wordlists import flatten

LANGUAGES = ("en", "bn", "bn-Latn", "rhg-Latn", "my", "und")
SURE = 0.6  # a Latin text whose best language is less likely stays unknown


def detect(text: str) -> str:
    """Return en, bn, bn-Latn, rhg-Latn, my, or und where neither script nor model tells. Never raises."""
    from classifier.machine import load

    model = load().scorers.get("language")
    return name(script(text), model, grams([flatten(text)]))[0] if model else name_by_script(script(text))


def name(scripts: str | Sequence[str], model: Scorer, found: Grams) -> list[str]:
    """Name the language of each text from its script, and for Latin letters from its hashed pieces."""
    given = [scripts] if isinstance(scripts, str) else scripts
    if "latin" not in given:
        return [name_by_script(one) for one in given]
    chances = model.probabilities(found)
    best, sure = chances.argmax(1), chances.max(1) >= SURE
    latin = [model.labels[index] if known else "und" for index, known in zip(best, sure, strict=True)]
    return [
        (("und" if spoken == "other" else spoken) if one == "latin" else one)
        for one, spoken in zip(given, latin, strict=True)
    ]


def name_by_script(one: str) -> str:
    """Name what the script alone tells: Latin letters alone tell nothing."""
    return "und" if one == "latin" else one


def script(text: str) -> str:
    """Return bn, my, latin or und: the script that most letters of the text are in."""
    if text.isascii():
        return "latin" if any(map(str.isalpha, text)) else "und"
    counts = {"bn": 0, "my": 0, "latin": 0, "und": 0}
    for sign in text:
        if sign.isalpha():
            counts[_block(sign)] += 1
    best = max(counts, key=lambda block: counts[block])
    return best if counts[best] else "und"


def pure(text: str) -> bool:
    """Say whether every letter is Latin: a word in another script may say what no one has labelled text for."""
    return text.isascii() or all(_block(sign) == "latin" for sign in text if sign.isalpha())


def _block(sign: str) -> str:
    code = ord(sign)
    for first, last, block in _BLOCKS:
        if first <= code <= last:
            return block
    return "und"


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
