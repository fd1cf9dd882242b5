"""The REST interface, used through the official SDK."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from tests.channels.sandbox.conftest import ACCOUNT, ANNA, BELA, OURS, TOKEN, House, open_house, wait_until


def _reply(house: House, **changed: Any) -> Any:
    return house.twilio.messages.create(**({"to": ANNA, "from_": OURS, "body": "hello"} | changed))


def _delivered(house: House, sid: str) -> None:
    wait_until(lambda: house.twilio.messages(sid).fetch().status == "delivered")


def test_a_reply_reads_back_as_it_was_sent(house: House) -> None:
    taken = _reply(house, body="ধন্যবাদ। মেরামতের দল আজ বিকালে আসবে।")

    found = house.twilio.messages(taken.sid).fetch()

    assert (found.body, found.to, found.from_) == ("ধন্যবাদ। মেরামতের দল আজ বিকালে আসবে।", ANNA, OURS)
    assert (found.direction, found.num_segments, found.account_sid) == ("outbound-api", "1", ACCOUNT)
    assert abs(found.date_created - datetime.now(UTC)) < timedelta(seconds=60)
    assert taken.date_sent is None


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"to": "01700000001"}, 21211),
        ({"to": ""}, 21604),
        ({"from_": ""}, 21603),
        ({"from_": "+8809610000999"}, 21606),
        ({"to": OURS}, 21266),
        ({"body": ""}, 21602),
        ({"body": "x" * 1601}, 21617),
        ({"status_callback": "ftp://desk.example.org"}, 21609),
    ],
)
def test_a_reply_that_cannot_be_sent_is_refused_with_the_providers_code(
    house: House, changed: dict[str, str], code: int
) -> None:
    with pytest.raises(TwilioRestException) as refused:
        _reply(house, **changed)

    assert (refused.value.status, refused.value.code) == (400, code)


def test_a_messaging_service_sends_from_our_number(house: House) -> None:
    taken = house.twilio.messages.create(to=ANNA, messaging_service_sid="MG" + "0" * 32, body="hello")

    assert taken.from_ == OURS


@pytest.mark.parametrize(
    ("account", "token", "status", "code"),
    [
        (ACCOUNT, "wrong", 401, 20003),
        ("AC" + "f" * 32, TOKEN, 401, 20003),
    ],
)
def test_a_stranger_gets_nothing(house: House, account: str, token: str, status: int, code: int) -> None:
    stranger = Client(account, token, http_client=house.twilio.http_client)
    stranger.api.base_url = house.url

    with pytest.raises(TwilioRestException) as refused:
        stranger.messages.create(to=ANNA, from_=OURS, body="hello")

    assert (refused.value.status, refused.value.code) == (status, code)
    assert house.twilio.messages.list() == []


def test_another_account_and_an_unknown_text_are_not_found(house: House) -> None:
    for ask in (
        lambda: house.twilio.api.v2010.accounts("AC" + "f" * 32).fetch(),
        lambda: house.twilio.messages("SM" + "0" * 32).fetch(),
    ):
        with pytest.raises(TwilioRestException) as refused:
            ask()
        assert (refused.value.status, refused.value.code) == (404, 20404)


def test_the_account_itself_can_be_fetched(house: House) -> None:
    assert house.twilio.api.v2010.accounts(ACCOUNT).fetch().status == "active"


def test_texts_are_listed_newest_first_and_page_by_page(house: House) -> None:
    sids = [_reply(house, to=(ANNA, BELA)[i % 2], body=f"text {i}").sid for i in range(7)]

    assert [text.sid for text in house.twilio.messages.list(page_size=2)] == sids[::-1]
    assert [text.body for text in house.twilio.messages.list(to=BELA, page_size=2)] == ["text 5", "text 3", "text 1"]
    assert len(house.twilio.messages.list(limit=3)) == 3


def test_texts_are_listed_by_when_they_were_sent(house: House) -> None:
    _reply(house)
    now, today = datetime.now(UTC), date.today()  # noqa: DTZ011 - the SDK takes a plain day

    def found(**when: Any) -> int:
        return len(house.twilio.messages.list(**when))

    assert found(date_sent_after=now - timedelta(minutes=1)) == 1
    assert found(date_sent_after=now + timedelta(minutes=1)) == 0
    assert found(date_sent_before=now - timedelta(minutes=1)) == 0
    assert found(date_sent_before=now + timedelta(minutes=1)) == 1
    assert found(date_sent=today) == 1
    assert found(date_sent=today - timedelta(days=2)) == 0


def test_an_emptied_text_stays_on_the_phone_but_not_at_the_carrier(house: House) -> None:
    taken = _reply(house)
    _delivered(house, taken.sid)

    emptied = house.twilio.messages(taken.sid).update(body="")

    assert emptied.body == ""
    assert house.twilio.messages(taken.sid).fetch().body == ""
    assert house.phone.inbox(ANNA)[0].body == "hello"


def test_a_deleted_text_is_gone_from_the_carrier(house: House) -> None:
    taken = _reply(house)
    _delivered(house, taken.sid)

    assert house.twilio.messages(taken.sid).delete()

    assert house.twilio.messages.list() == []


def test_a_text_on_its_way_can_neither_be_emptied_nor_deleted() -> None:
    with open_house(receipt_delay=5.0) as house:
        taken = _reply(house)

        for attempt in (lambda: house.twilio.messages(taken.sid).delete(), lambda: taken.update(body="")):
            with pytest.raises(TwilioRestException) as refused:
                attempt()
            assert refused.value.code == 20009
