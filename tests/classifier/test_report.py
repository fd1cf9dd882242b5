"""The model card is written from figures alone and says for which languages no claim is made."""

from __future__ import annotations

from classifier.figure import Figure
from classifier.report import page


def test_the_page_holds_every_figure_and_the_languages_without_a_claim() -> None:
    written = page([Figure("eight sectors", "a set", "en", "10", "0.5", ">= .6")])
    assert "| eight sectors | a set | en | 10 | 0.5 | >= .6 |" in written
    assert "no claim is made" in written
    assert "CC BY 4.0" in written
    assert "$" not in written
