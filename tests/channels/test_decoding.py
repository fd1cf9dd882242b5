"""Texts as carriers garble them: read again where that is certain, else left as they came (D04)."""

from __future__ import annotations

import base64
import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels import decoding

LONG = "camp 9 block C pani nai 3 din, o card kaj kore na. Majhi 500 taka chaise."
BANGLA = "ক্যাম্প ৯ ব্লক সি-তে পানি নাই তিন দিন। মাঝি টাকা চায়।"
BURMESE = "ရေမရှိဘူး။ အိမ်ခေါင်မိုး ယိုနေတယ်။"


def _base64(text: str, encoding: str = "utf-8") -> str:
    return base64.b64encode(text.encode(encoding)).decode()


def _in_lines(text: str) -> str:
    return "\r\n".join(text[at : at + 76] for at in range(0, len(text), 76))


GARBLED = [
    ("Latin letters in Base64", _base64(LONG), LONG),
    ("Bangla in Base64", _base64(BANGLA), BANGLA),
    ("Burmese in Base64", _base64(BURMESE), BURMESE),
    ("Base64 in lines, as in an MMS", _in_lines(_base64(LONG * 3)), LONG * 3),
    ("UCS-2 in Base64", _base64(BANGLA, "utf-16-be"), BANGLA),
    ("an emoji in Base64", _base64(LONG + " 🚰"), LONG + " 🚰"),
    ("UCS-2 in hex", BANGLA.encode("utf-16-be").hex().upper(), BANGLA),
    ("UCS-2 in small hex", BURMESE.encode("utf-16-be").hex(), BURMESE),
    ("quoted Bangla", quopri.encodestring(BANGLA.encode()).decode(), BANGLA),
    ("NULs between the letters", "\0".join("pani nai"), "pani nai"),
    ("a NUL at the end", "pani nai\0", "pani nai"),
    ("Rohingya in Hanifi, in Base64", _base64("𐴀𐴝𐴔𐴢𐴌𐴟 𐴀𐴠𐴑 𐴀𐴝𐴔𐴢𐴌𐴟"), "𐴀𐴝𐴔𐴢𐴌𐴟 𐴀𐴠𐴑 𐴀𐴝𐴔𐴢𐴌𐴟"),
]

LEFT_ALONE = [
    ("a plain text", "camp 9 pani nai"),
    ("Bangla", BANGLA),
    ("one long word", "paninaiamadercampenaitindinholo"),
    ("a laugh", "haha" * 12),
    ("an eight-digit code", "09860987"),
    ("a card's number", "5402123456789012"),
    ("a phone number", "01712345417"),
    ("an address with an equals sign", "https://example.org/?a=B1&b=C2"),
    ("a sum", "2+2=4 and 3+3=6"),
    ("Base64 of nothing readable", base64.b64encode(bytes(range(128, 176))).decode()),
    ("Base64 of control characters", _base64("\x01\x02\x03\x04" * 8)),
    ("Base64 too short to be sure of", _base64("pani nai")),
    ("Base64 with a sentence before it", "see " + _base64(LONG)),
    ("hex of letters that nobody here writes", "日本語日本語日本".encode("utf-16-be").hex()),
    ("a colour", "#A1B2C3"),
    ("nothing", ""),
    ("a broken quotation", "=E0=A6"),
]


@pytest.mark.parametrize(("sent", "meant"), [row[1:] for row in GARBLED], ids=[row[0] for row in GARBLED])
def test_a_garbled_text_is_read_again(sent: str, meant: str) -> None:
    assert decoding.readable(sent) == meant


@pytest.mark.parametrize("text", [row[1] for row in LEFT_ALONE], ids=[row[0] for row in LEFT_ALONE])
def test_what_may_be_a_persons_own_words_stays(text: str) -> None:
    assert decoding.readable(text) == text


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0=")))
def test_words_with_a_space_between_always_stay(text: str) -> None:
    assert decoding.readable(f"pani {text} nai") == f"pani {text} nai"


@given(st.text(st.characters(codec="utf-16")))
def test_halves_of_characters_are_put_together(text: str) -> None:
    sent = text.encode("utf-16-be")
    halves = "".join(chr(int.from_bytes(sent[at : at + 2], "big")) for at in range(0, len(sent), 2))
    assert decoding.whole(halves) == text


def test_half_a_character_alone_is_no_text() -> None:
    with pytest.raises(ValueError, match="utf-16"):
        decoding.whole("a\ud83d")
