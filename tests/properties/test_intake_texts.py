"""Any text, any repeats: each message exactly once, its bytes kept, and both engines agree (D14, I2, I3)."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from channels.contract import Inbound
from classifier.suggestion import Verdict
from feedback.desk import intake, sealing
from feedback.models.base import Base
from feedback.models.message import Message
from feedback.models.ticket import Ticket
from feedback.seal import box
from tests.factories import Desk, inbound, signed, text_form
from tests.feedback.desk.readings import read, suggestion

TEXTS = {
    "Bangla": "আমাদের ব্লকে তিন দিন ধরে পানি নাই",
    "Bangla, split letters": "ঘড\u09bcি ঢ\u09bcাকা য\u09bc",
    "Bangla, one letter each": "ঘ\u09dcি \u09ddাকা \u09df",
    "Burmese": "ရေမရှိတာ သုံးရက်ရှိပြီ",
    "Burmese, Zawgyi": "ေရမရိွတာ သံုးရက္ရိွၿပီ",
    "Rohingya, Latin": "camp 9 block C pani nai 3 din",
    "Rohingya, Arabic": "پانی نائی",
    "Rohingya, Hanifi": "𐴌𐴟𐴇𐴥𐴝𐴚𐴒𐴙𐴝",
    "GSM-7": "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞ^{}\\[~]|€ÆæßÉ",
    "UCS-2 edge": "ক" * 70 + "খ",
    "emoji": "🚰😢👩🏽‍⚕️🇧🇩",
    "zero width": "pa\u200bni\u200c na\u200di\ufeff",
    "combining": "e\u0301 o\u0302\u0301 a\u0328",
    "look-alikes": "раni nаi",
    "controls": "a\x01b\x07c\x1bd\x7fe",
    "a zero byte": "before\x00after",
    "line ends": "one\r\ntwo\rthree\u2028four",
    "white space": "  \t leading and trailing \n ",
    "right to left": "\u202eevil\u202c",
    "1600 characters": "পানি " * 320,
    "quotes": "'; DROP TABLE ticket; --",
    "markup": "<script>alert(1)</script> {{7*7}} ${x} %s",
    "only digits": "01712345678",
    "one letter": "?",
    "noncharacters": "\ufffe\uffff",
    "beyond the first plane": "\U0001f6b0\U00020000",
}


def _kept(desk: Desk, ticket_id: int) -> tuple[str, bytes]:
    with desk.at(write=False) as session:
        message = session.scalars(sa.select(Message).where(Message.ticket_id == ticket_id)).one()
        key = sealing.key(session, ticket_id)
        raw = box.unseal(key, message.raw or b"", table="message", row=message.id, column="raw")
        return sealing.unseal(key, Message, "words", message.id, message.words), raw


@pytest.mark.plan("D14")
@pytest.mark.parametrize("name", TEXTS)
def test_a_text_over_the_hook_is_kept_to_the_byte_and_can_be_read_and_searched(
    desk: Desk, client: TestClient, name: str
) -> None:
    form = text_form(TEXTS[name])
    path = "/hooks/twilio-sms/inbound"
    assert client.post(path, data=form, headers=signed(path, form)).status_code == 200
    (ticket,) = desk.rows(Ticket)
    words, raw = _kept(desk, ticket.id)
    assert words == TEXTS[name].replace("\0", "")  # no engine holds one in a text; the body keeps it
    assert raw == urlencode(form).encode()
    read(desk, suggestion(Verdict.OPEN))
    assert desk.again(ticket).compartment is None


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
BATCHES = st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=6), min_size=1, max_size=6)


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(WORDS, min_size=10, max_size=10), batches=BATCHES)
def test_each_message_is_kept_once_however_often_and_however_mixed_it_comes(
    desk: Desk, texts: list[str], batches: list[list[int]]
) -> None:
    with desk.at() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(sa.delete(table))
    messages: list[Inbound] = [inbound(text, raw=text.encode()) for text in texts]
    seen: dict[int, int] = {}
    for batch in batches:
        with desk.at() as session:
            received = intake.receive(session, [messages[place] for place in batch])
        for place, one in zip(batch, received, strict=True):
            assert one.new == (place not in seen)
            assert seen.setdefault(place, one.ticket_id) == one.ticket_id
            assert not (one.acknowledge and not one.new)
    assert len(desk.rows(Message)) == len(desk.rows(Ticket)) == len(seen)
    for place, ticket_id in seen.items():
        if texts[place]:
            assert _kept(desk, ticket_id) == (texts[place], texts[place].encode())
