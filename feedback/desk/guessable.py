"""Passwords that anybody would try: common words, keys in a row, one's own name, in whatever dress (decision 16)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

LEFT = 5
"""Characters that must be left of a password once all that anybody would try is taken out of it."""

_DRESS = str.maketrans("013457@$!|", "oieastasil")
_COMMON = """
password passwort passcode passphrase secret welcome letmein login signin admin administrator root master manager user
guest test testing demo default change changeme temp temporary access enter open hello iloveyou love angel princess
sunshine monkey dragon football cricket shadow superman batman starwars pokemon computer internet samsung android iphone
google facebook whatsapp bangladesh dhaka chittagong chattogram coxsbazar cox bazar ukhiya teknaf kutupalong rohingya
myanmar camp office refugee humanitarian unhcr unicef iom wfp brac helpdesk feedback desk hotline protection
january february march april may june july august september october november december monday tuesday wednesday thursday
friday saturday sunday summer winter spring autumn allah bismillah muhammad mohammad amarsonar bangla joybangla
"""
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz", "qazwsxedcrfvtgb", "1qaz2wsx3edc4rfv")
_DIGITS = ("01234567890", "98765432109")
_SHORTEST_RUN = 4


def guessable(password: str, about: Iterable[str] = ()) -> bool:
    """Would somebody who tries the usual come upon it? `about`: names and words of the person's own."""
    plain = unicodedata.normalize("NFKC", password).casefold()
    mine = [word for text in about for word in re.findall(r"\w{3,}", text.casefold())]
    known = sorted({*_COMMON.split(), *mine}, key=len, reverse=True)
    return min(len(_left(text, known)) for text in (plain, plain.translate(_DRESS))) < LEFT


def _left(text: str, known: Iterable[str]) -> str:
    """What is not a known word, a run of keys, a year, or the same again; each character once."""
    text = re.sub(r"(19|20)\d\d", "", "".join(_without_runs(text)))
    text = re.sub(r"[\W_]", "", text)
    for word in known:
        text = text.replace(word, "")
    text = re.sub(r"\d+$|^\d+", "", text)
    return "".join(dict.fromkeys(text))


def _without_runs(text: str) -> Iterable[str]:
    at = 0
    while at < len(text):
        length = _run(text[at:])
        if length < _SHORTEST_RUN:
            yield text[at]
        at += length if length >= _SHORTEST_RUN else 1


def _run(text: str) -> int:
    """How many characters from here on are keys in a row, forwards or backwards."""
    longest = 1
    for row in (*_ROWS, *_DIGITS):
        for keys in (row, row[::-1]):
            while longest < len(text) and text[: longest + 1] in keys:
                longest += 1
    return longest
