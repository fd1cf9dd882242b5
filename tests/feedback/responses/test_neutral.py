"""Neutral words: every phrase passes the gate, what gives somebody away does not (D29, I20, R2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time

import pytest

from feedback.responses import Response
from feedback.responses.neutral import Hours, hours_of, listed
from feedback.responses.reading import BadResponse
from tests.feedback.responses.conftest import OurOwn

TELLING = {
    "en": [
        "Your complaint was received", "About your report", "The GBV team will call", "PSEA focal point", "Your case is open",
        "We passed your feedback on", "Come to the clinic", "The hospital is free", "A doctor can see you", "You need medicine",
        "Go to the police", "A lawyer can help", "The safe space is open", "Women's centre at ten", "about what happened",
        "Is your husband at home?", "Did he hurt you?", "the violence", "your child", "a counsellor is there", "UNHCR calls you",
        "Agency Heron will visit", "heron's office", "the agency", "Your ration", "Water comes on Sunday", "the latrine is mended",
        "It is confidential", "We referred you", "protection desk", "he was accused", "the investigation goes on",
    ],
    "bn": ["আপনার অভিযোগ পেয়েছি", "হাসপাতালে আসুন", "ডাক্তার দেখবেন", "নির্যাতন", "পুলিশ আসবে", "আপনার শিশু", "সুরক্ষা দল", "মামলা চলছে"],
    "bn-Latn": ["apnar obhijog peyechi", "haspatal ashun", "daktar dekhben", "shami ki bashay?", "ghush", "mamla cholche"],
    "rhg-Latn": ["oñnor nalish fai", "daktor saibo", "zulum goijje ne", "haspatalot aiyo"],
    "my": ["တိုင်ကြားချက် ရပါသည်", "ဆေးရုံသို့ လာပါ", "ဆရာဝန် တွေ့ပါ", "ကလေးအတွက်", "ရဲစခန်း", "အကြမ်းဖက်မှု", "ကျန်းမာရေး", "ရှေ့နေ"],
}  # fmt: skip
NEUTRAL = [
    "Can you come on Sunday at ten?", "I call again at eight.", "Please call us free on 00000.", "Thank you. See you there.",
    "It is at the same place as last time.", "রবিবার দশটায় আসতে পারেন?", "আবার ফোন করব আটটায়।", "কাছে রাখুন।",
    "တနင်္ဂနွေနေ့ ဆယ်နာရီ လာနိုင်မလား။", "robibar doshtay ashte paren?",
]  # fmt: skip


@pytest.mark.plan("D29")
def test_no_phrase_of_any_language_holds_a_word_that_gives_somebody_away(
    coxs_bazar: Response, record_property: Callable[[str, object], None]
) -> None:
    said = [
        (key, language, text) for key, labels in coxs_bazar.phrases.all.items() for language, text in labels.items()
    ]
    record_property("trials", len(said))
    assert len(said) >= 30
    assert [one for one in said if coxs_bazar.not_neutral.found_in(one[2])] == []


@pytest.mark.plan("D29")
@pytest.mark.parametrize("language", TELLING)
def test_a_text_that_names_topic_sector_agency_or_that_they_complained_is_found(
    coxs_bazar: Response, language: str, record_property: Callable[[str, object], None]
) -> None:
    record_property("trials", len(TELLING[language]))
    assert [text for text in TELLING[language] if not coxs_bazar.not_neutral.found_in(text)] == []


@pytest.mark.parametrize("spelt", ["COMPLAINTS", "ｃｏｍｐｌａｉｎｔ", "compla\u200bint", "Complaint!", "соmplaint"])
def test_another_spelling_does_not_pass(coxs_bazar: Response, spelt: str) -> None:
    assert coxs_bazar.not_neutral.found_in(f"your {spelt}")


@pytest.mark.plan("D29", trials=len(NEUTRAL))
def test_plain_words_pass(coxs_bazar: Response) -> None:
    assert {text: found for text in NEUTRAL if (found := coxs_bazar.not_neutral.found_in(text))} == {}


def test_a_star_stands_for_an_ending_and_a_word_alone_for_itself() -> None:
    words = listed(["rap*", "un", "don't call"])
    assert words.found_in("raped") == ["rap"]
    assert words.found_in("under the tree, a fun run") == []
    assert words.found_in("The UN") == ["un"]
    assert words.found_in("please DON’T   call") == ["don't call"]
    assert words.found_in("dont") == []


@pytest.mark.parametrize(
    ("since", "until", "at", "inside"),
    [
        ("20:00", "21:00", "20:00", True), ("20:00", "21:00", "21:00", False), ("20:00", "21:00", "19:59", False),
        ("22:00", "06:00", "23:30", True), ("22:00", "06:00", "05:59", True), ("22:00", "06:00", "06:00", False),
    ],
)  # fmt: skip
def test_hours_hold_their_beginning_and_not_their_end_also_over_midnight(
    since: str, until: str, at: str, inside: bool
) -> None:
    hours = hours_of(since, until)
    assert hours is not None
    assert hours.hold(time.fromisoformat(at)) is inside


def test_what_is_no_time_gives_no_hours() -> None:
    assert hours_of("", "") is None
    assert hours_of("8", "later") is None


def test_a_response_without_hours_for_a_first_contact_is_refused(ours: OurOwn) -> None:
    ours.edit("response", 'from = "09:00"', 'from = "nine"')
    with pytest.raises(BadResponse, match="time of day"):
        ours.load()


def test_the_shipped_hours_are_those_of_the_hotline(coxs_bazar: Response) -> None:
    assert coxs_bazar.first_contact_hours == Hours(time(9), time(17))
