"""The language of what goes out: by script, by the reviewed phrases, and at the claim by the machine (R28)."""

from __future__ import annotations

import pytest

from classifier.language import detect
from feedback.desk import outbound, spoken
from feedback.desk.envelopes import Held, Letter
from tests.feedback.desk.plans import local

ENGLISH = "Can you come on Sunday at ten?"
BANGLA_IN_LATIN = "amra apnake robibar sokale phone korbo"

# text → the languages that may be agreed for it to go out
TEXTS = {
    ENGLISH: {"en"},
    BANGLA_IN_LATIN: {"bn-Latn", "rhg-Latn"},  # these two are too close to part: a person who writes knows
    "রবিবার দশটায় আসতে পারেন?": {"bn"},
    "တနင်္ဂနွေနေ့ လာနိုင်ပါသလား": {"my"},
    "Sunday, 10": {"en", "bn-Latn", "rhg-Latn"},
}


@pytest.mark.parametrize("language", ["en", "bn", "bn-Latn", "rhg-Latn", "my"])
def test_a_text_goes_out_only_in_the_language_that_was_agreed(session, language):
    session.info["hears"] = detect
    for text, languages in TEXTS.items():
        letter = Letter("+8801711000028", text, language, "20:00", "21:00", "neutral")
        now = outbound.Standing("gbv", outbound.Status.TRIAGED, 1, 1, "yes", silent=False, now=local(20, 15))
        goes = outbound.refusal(session, Held(letter, "gbv", 1), now) is None
        assert goes is (language in languages), (text, language)


def test_a_reviewed_phrase_counts_as_the_language_that_it_is_in(session):
    phrases = session.info["response"].phrases
    for key in outbound.SAYABLE:
        for written in phrases.all[key]:
            text = phrases.text(key, written)
            for agreed in ("en", "bn", "bn-Latn", "rhg-Latn", "my"):
                same = {one for one in phrases.all[key] if phrases.text(key, one) == text}
                assert spoken.fits(phrases, text, agreed) is (agreed in same), (key, written, agreed)
