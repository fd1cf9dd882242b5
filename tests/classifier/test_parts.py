"""A text of several issues is judged whole and in pieces, and a split is proposed."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.parts import pieces, propose
from classifier.suggest import suggest
from classifier.suggestion import Part, Verdict
from classifier.text import normalize

THREE = (
    "The roof of our shelter is leaking since the storm. My ration card is blocked at the shop. "
    "The majhi takes a bribe for every gas refill."
)


def test_three_issues_become_three_parts_and_only_the_bribe_is_walled() -> None:
    said = suggest(THREE)
    assert said.verdict is Verdict.SENSITIVE
    assert [(part.compartment, part.sector, part.tier) for part in said.parts] == [
        (None, "shelter_nfi", "T0"),
        (None, "food_security", "T0"),
        ("protection", None, "T2-P"),
    ]


def test_the_open_parts_hold_no_word_of_the_sensitive_one() -> None:
    open_words = " ".join(part.text for part in suggest(THREE).parts if part.compartment is None)
    assert "majhi" not in open_words
    assert "bribe" not in open_words


def test_one_issue_in_many_sentences_is_not_split() -> None:
    assert suggest("There is no water in block C. The tap is broken. Please help us.").parts == ()


def test_a_sensitive_clause_in_a_long_practical_complaint_is_found() -> None:
    practical = (
        "The tap is broken and we carry water from far away and the path is muddy and the queue is long every morning"
    )
    said = suggest(
        f"{practical} and on the way back my husband beats me when I am late and then the children have no rice {practical}"
    )
    assert (said.verdict, said.compartment) == (Verdict.SENSITIVE, "gbv")


def test_a_piece_without_an_issue_stays_with_its_neighbour() -> None:
    found = [Part("no water", sector="wash"), Part("please help"), Part("no rice", sector="food_security")]
    parts = propose([part.text for part in found], found)
    assert [part.text for part in parts] == ["no water. please help", "no rice"]


@settings(deadline=None)
@given(st.text(max_size=120))
def test_cutting_loses_no_letter(text: str) -> None:
    letters = [sign for sign in normalize(" ".join(pieces(text))) if sign.isalpha()]
    kept = [sign for sign in normalize(text) if sign.isalpha()]
    assert len(letters) <= len(kept)
