"""What the desk asks of a response beyond places, routes and times."""

from __future__ import annotations

import pytest

from feedback.responses import Response


@pytest.mark.parametrize(
    "text", ["STOP", "stop", " Stop. ", "STOP!", "Stop all", "মেসেজ বন্ধ করুন", "sms bondho", "စာမပို့ပါနဲ့"]
)
def test_stop_as_the_whole_message_is_a_wish_not_to_be_written_to(coxs_bazar: Response, text: str) -> None:
    assert coxs_bazar.is_stop(text)


@pytest.mark.parametrize(
    "text", ["stop him", "please stop the man", "পানি বন্ধ", "বন্ধ", "stop, my ration card is blocked", "", "...", "end"]
)
def test_a_message_that_says_more_is_a_message(coxs_bazar: Response, text: str) -> None:
    assert not coxs_bazar.is_stop(text)


def test_an_old_tickets_subcategory_that_is_gone_is_none(coxs_bazar: Response) -> None:
    found = coxs_bazar.subcategory("wash", "no_water")

    assert found is not None
    assert found.tier == "T1"
    assert coxs_bazar.subcategory("wash", "gone") is None
    assert coxs_bazar.subcategory("gone", "no_water") is None
    assert coxs_bazar.subcategory(None, None) is None


def test_a_label_is_said_in_the_readers_language_else_in_english(coxs_bazar: Response) -> None:
    labels = coxs_bazar.sectors["health"].labels

    assert (labels.said("bn"), labels.said("fr")) == ("স্বাস্থ্য", "Health")


def test_each_language_of_the_hotline_has_a_key_of_its_own(coxs_bazar: Response) -> None:
    keys = {code: one.key for code, one in coxs_bazar.languages.items() if one.key}

    assert keys == {"rhg": "1", "bn": "2", "my": "3", "en": "4"}
