"""The light screen at intake: cheap, from the same lists, and never silent when it breaks."""

from __future__ import annotations

import subprocess
import sys

import pytest

from classifier import screen

DANGER = [
    "my husband beats me",
    "আমার স্বামী আমাকে মারে",
    "amar shami amake mare",
    "majhi ye tia saar",
    "ခင်ပွန်းက ရိုက်တယ်",
    "I can't go on tonight",
]


@pytest.mark.parametrize("text", DANGER)
def test_a_text_that_may_be_dangerous_comes_first(text: str) -> None:
    assert screen.light_screen(text)


@pytest.mark.parametrize(
    "text", ["", "no water in block C", "latrine without light", "STOP", "thank you", "পানি নাই", "ရေမရှိဘူး"]
)
def test_an_ordinary_text_waits_its_turn(text: str) -> None:
    assert not screen.light_screen(text)


def test_a_broken_screen_puts_every_text_first(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise OSError

    monkeypatch.setattr(screen, "dangers", broken)
    assert screen.light_screen("thank you")


def test_the_screen_and_the_words_load_nothing_heavy() -> None:
    heavy = (
        "import sys, classifier.screen, classifier.text; classifier.screen.light_screen('x');"
        "print({'numpy', 'scipy', 'sklearn'} & set(sys.modules))"
    )
    said = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "set()"
