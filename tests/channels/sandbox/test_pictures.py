"""Pictures from the sandbox's phone: a real adapter hears of them, fetches their bytes, and deletes the carrier's copy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from channels.contract import Kept, SendFailed
from channels.sandbox.client import PhoneRefused
from tests.channels.test_with_carrier import ANNA, House, _until, house

__all__ = ["house"]

PNG = b"\x89PNG\r\n\x1a\n" + b"a tap that leaks" * 40


def test_a_picture_arrives_as_one_message_and_its_bytes_can_be_fetched(house: House) -> None:
    assert house.phone.picture(ANNA, PNG, "the tap leaks, camp 9").accepted
    _until(lambda: len(house.desk.messages) == 1)
    (message,) = house.desk.messages
    assert message.text == "the tap leaks, camp 9"
    (media,) = message.media
    assert media.media_type == "image/png"
    assert b"".join(house.desk.sms.fetch(media)) == PNG


def test_a_picture_without_words_is_a_message_too(house: House) -> None:
    assert house.phone.picture(ANNA, b"\xff\xd8\xff" + b"x" * 90).accepted
    _until(lambda: len(house.desk.messages) == 1)
    assert (house.desk.messages[0].text, house.desk.messages[0].media[0].media_type) == ("", "image/jpeg")


def test_what_is_deleted_at_the_carrier_can_not_be_fetched_any_more(house: House) -> None:
    house.phone.picture(ANNA, PNG, "the tap")
    _until(lambda: len(house.desk.messages) == 1)
    (media,) = house.desk.messages[0].media
    listed = house.desk.sms.list_copies(datetime.now(UTC) + timedelta(hours=1))
    (copy,) = [one for one in listed if one.kind is Kept.INBOUND]
    house.desk.sms.delete(copy)
    with pytest.raises(SendFailed):
        b"".join(house.desk.sms.fetch(media))


def test_what_is_no_picture_is_not_sent(house: House) -> None:
    with pytest.raises(PhoneRefused, match="PNG, JPEG or GIF"):
        house.phone.picture(ANNA, b"MZ a program")
    assert house.desk.messages == []
