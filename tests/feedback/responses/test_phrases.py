"""What is said unasked: the right language, nothing half-filled, nothing that gives someone away."""

from __future__ import annotations

import re
import unicodedata

import pytest

from feedback.responses import Response
from tests.feedback.responses.conftest import OurOwn


def test_the_acknowledgement_is_the_one_that_was_decided(coxs_bazar: Response) -> None:
    assert coxs_bazar.acknowledgement.mode == "immediate"
    assert coxs_bazar.acknowledgement_text("en") == (
        "Thank you. A person will read this. To talk in private call 00000 free (every day, 9 am to 5 pm) "
        "or come to any information point."
    )


def test_hours_are_said_in_the_language_of_the_phrase(coxs_bazar: Response) -> None:
    assert "প্রতিদিন" in coxs_bazar.acknowledgement_text("bn")
    assert "every day" not in coxs_bazar.acknowledgement_text("my")


# how someone writes → the language we answer in where the phrase is missing in theirs
STAND_INS = [("bn", "bn"), ("my", "my"), ("bn-Latn", "bn"), ("rhg-Latn", "en"), ("und", "en"), ("fr", "en")]


@pytest.mark.parametrize(("language", "spoken"), STAND_INS)
def test_a_phrase_that_is_missing_is_said_in_the_language_used_instead(
    coxs_bazar: Response, language: str, spoken: str
) -> None:
    assert coxs_bazar.phrases.language_of("help", language) == spoken
    assert coxs_bazar.phrases.text("help", language) == coxs_bazar.phrases.text("help", spoken)


def test_two_languages_that_stand_in_for_each_other_end_in_english(ours: OurOwn) -> None:
    ours.edit("response", 'interface = true\nkey = "3"', 'interface = true\nkey = "3"\ninstead = "rhg-Latn"')
    ours.edit("response", "[language.rhg-Latn]", '[language.rhg-Latn]\ninstead = "my"')
    ours.edit("phrases", 'my = "တောင်းပန်ပါသည်၊', 'rhg = "တောင်းပန်ပါသည်၊')

    assert ours.load().phrases.language_of("call_back_wrong_person", "my") == "en"


def test_a_value_that_is_missing_stops_the_phrase_instead_of_leaving_a_gap(coxs_bazar: Response) -> None:
    with pytest.raises(KeyError, match="code"):
        coxs_bazar.phrases.text("code_given", "en")


def test_the_code_is_filled_in(coxs_bazar: Response) -> None:
    assert "1234 5678" in coxs_bazar.phrases.text("code_given", "bn", code="1234 5678")


def test_the_words_for_every_code_are_those_that_were_decided(coxs_bazar: Response) -> None:
    said = coxs_bazar.phrases.text("will_look", "en")

    assert said == "We will look for it. When and how may we reach you, or will you come back?"


GIVES_AWAY = re.compile(
    r"complain|report|feedback|case|ticket|protection|violence|abuse|camp|agency|helpdesk|hotline|survivor|"
    r"অভিযোগ|নির্যাতন|সহিংসতা|সংস্থা|ক্যাম্প|သတင်းပို့|တိုင်ကြား|အကြမ်းဖက်|စခန်း",
    re.IGNORECASE,
)


def test_no_phrase_or_prompt_says_what_it_is_about(coxs_bazar: Response) -> None:
    said = [*coxs_bazar.phrases.all.items(), *coxs_bazar.prompts.texts.items()]
    found = [(key, language) for key, texts in said for language, text in texts.items() if GIVES_AWAY.search(text)]

    assert found == []


def test_whoever_picks_up_does_not_hear_that_someone_asked_for_a_call(coxs_bazar: Response) -> None:
    assert "ask" not in coxs_bazar.phrases.text("call_back_opening", "en")


def test_a_prompt_is_text_to_read_out_or_a_recording(ours: OurOwn) -> None:
    ours.add("prompts", '[recorded.goodbye]\nrhg = "goodbye.rhg.opus"')
    prompts = ours.load().prompts

    recorded, read_out = prompts.prompt("goodbye", "rhg"), prompts.prompt("out_of_hours", "en")

    assert (recorded.language, recorded.text, recorded.recorded) == ("rhg", None, "goodbye.rhg.opus")
    assert (read_out.language, read_out.recorded) == ("en", None)
    assert "every day, 9 am to 5 pm" in (read_out.text or "")


def test_the_offer_of_a_language_is_never_made_with_the_key_of_another(coxs_bazar: Response) -> None:
    offered = coxs_bazar.prompts.prompt("choose_language", "rhg")

    assert (offered.language, offered.text, offered.recorded) == ("rhg", None, None)
    assert coxs_bazar.prompts.prompt("goodbye", "rhg").language == "bn"


@pytest.mark.parametrize("language", ["en", "bn", "my"])
def test_the_offer_of_a_language_names_the_key_that_the_language_has(coxs_bazar: Response, language: str) -> None:
    offer = coxs_bazar.prompts.prompt("choose_language", language).text or ""

    digits = [str(unicodedata.decimal(one)) for one in offer if one.isdecimal()]
    assert digits == [coxs_bazar.languages[language].key]


def test_the_prompts_for_rohingya_are_reported_missing_until_they_are_recorded(
    coxs_bazar: Response, ours: OurOwn
) -> None:
    ours.add("prompts", '[recorded.goodbye]\nrhg = "goodbye.rhg.opus"')

    shipped, recorded = set(coxs_bazar.missing_phrases()), set(ours.load().missing_phrases())

    assert {key for language, key in shipped if language == "rhg"} == {
        f"prompts.{key}" for key in coxs_bazar.prompts.texts
    }
    assert shipped - recorded == {("rhg", "prompts.goodbye")}


def test_a_text_does_not_replace_a_recording_in_a_language_that_is_only_spoken(ours: OurOwn) -> None:
    ours.edit("prompts", '[prompt.goodbye]\nen = "Goodbye."', '[prompt.goodbye]\nen = "Goodbye."\nrhg = "Salam."')

    assert ("rhg", "prompts.goodbye") in ours.load().missing_phrases()


def test_nothing_is_missing_in_the_interface_languages(coxs_bazar: Response) -> None:
    assert {language for language, _ in coxs_bazar.missing_phrases()} == {"rhg", "rhg-Latn", "bn-Latn"}
