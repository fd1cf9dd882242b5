"""Every entry of the lists is proved by a text that must hit and one that must not."""

from __future__ import annotations

from pathlib import Path

import pytest

from classifier.wordlists import BadList, Entry, Lists, flatten, read, shipped

ENTRIES = shipped().entries


def _name(entry: Entry) -> str:
    return f"{entry.language}-{entry.category}-{entry.note}"


@pytest.mark.parametrize("entry", ENTRIES, ids=_name)
def test_an_entry_finds_what_it_must(entry: Entry) -> None:
    for text in entry.hit:
        assert any(hit.entry is entry for hit in shipped().find(text)), text


@pytest.mark.parametrize("entry", ENTRIES, ids=_name)
def test_an_entry_leaves_alone_what_it_must(entry: Entry) -> None:
    for text in entry.miss:
        assert not [hit.fragment for hit in shipped().find(text) if hit.entry is entry], text


def test_every_language_lists_every_danger_it_can_name() -> None:
    named = {(entry.language, entry.category) for entry in ENTRIES}
    for language in ("en", "bn", "bn-Latn", "rhg-Latn", "my"):
        assert {"gbv", "child", "life", "conduct", "protection"} <= {c for spoken, c in named if spoken == language}


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("my husband beats me", False),
        ("nobody was raped", True),
        ("he never stops: my husband beats me", False),
        ("no she was not raped", True),
    ],
)
def test_a_negation_right_before_a_phrase_denies_it(text: str, denied: bool) -> None:
    hits = [hit for hit in shipped().find(text) if hit.entry.category == "gbv" and not hit.entry.weak]
    assert hits
    assert all(hit.denied for hit in hits) is denied


def test_a_gap_never_crosses_the_end_of_a_sentence() -> None:
    assert not [h for h in shipped().find("I like my husband. Beat the drum.") if h.entry.category == "gbv"]


def test_bangla_words_are_whole_and_vowel_signs_stay() -> None:
    assert flatten("পানি নাই।") == " পানি নাই | "


@pytest.mark.parametrize(
    "entry",
    [
        'class = "gbv"\nnote = "n"\nmatch = ["@nobody x"]\nhit = ["x"]\nmiss = ["y"]',
        'class = "gbv"\nnote = "n"\nmatch = ["a*"]\nhit = ["x"]\nmiss = ["y"]',
        'class = "gbv"\nnote = "n"\nmatch = ["(one|(two|three))"]\nhit = ["x"]\nmiss = ["y"]',
        'class = "gbv"\nnote = "n"\nmatch = ["word"]\nhit = ["word"]',
        'class = "gbv"\nnote = "n"\nmatch = ["word"]\nhit = ["word"]\nmiss = ["y"]\nteir = "T1"',
    ],
)
def test_a_mistake_in_a_list_is_refused_with_its_place(tmp_path: Path, entry: str) -> None:
    (tmp_path / "en.toml").write_text(f'language = "en"\n[[entry]]\n{entry}\n', encoding="utf-8")
    with pytest.raises(BadList, match="en"):
        Lists(read(tmp_path))
