"""The providers' door: only what is genuine changes anything, and an answer means it is kept (I1, I2, I3, I32)."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from feedback import wiring
from feedback.desk import delivery, replies
from feedback.models import Base
from feedback.models.message import Message, Quarantine
from feedback.models.reply import ReceiptRow, Reply, ReplyState
from feedback.models.ticket import Ticket
from feedback.web import hooks
from tests.factories import ACCOUNT_SID, OUR_NUMBER, PUBLIC_URL, Desk, phone, signed, text_form

INBOUND, STATUS = "/hooks/twilio-sms/inbound", "/hooks/twilio-sms/status"


def _text(client: TestClient, form: dict[str, str], *, path: str = INBOUND, headers: dict[str, str] | None = None):
    return client.post(path, data=form, headers=signed(path, form) if headers is None else headers)


def _stored(desk: Desk) -> int:
    with desk.at(write=False) as session:
        return sum(session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in _tables())


def _tables() -> Sequence[sa.Table]:
    return Base.metadata.sorted_tables


def test_a_signed_text_is_kept_and_acknowledged(client: TestClient, desk: Desk, parts: wiring.Parts) -> None:
    answer = _text(client, text_form("no water in camp 9"))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    assert parts.response.acknowledgement_text("en") in answer.text
    assert len(desk.rows(Ticket)) == 1


@pytest.mark.parametrize(
    "text", ["no water", "he raped my sister", "thanks", "পানি নাই", "help " * 100, "1234 5678", "?"]
)
def test_the_acknowledgement_is_the_same_bytes_whatever_was_said(client: TestClient, text: str) -> None:
    """I20."""
    first = _text(client, text_form("no water"))
    answer = _text(client, text_form(text))
    assert answer.content == first.content
    assert {k: v for k, v in answer.headers.items() if k != "date"} == {
        k: v for k, v in first.headers.items() if k != "date"
    }


def test_a_repeat_is_answered_and_neither_kept_nor_acknowledged_again(client: TestClient, desk: Desk) -> None:
    """Story 2."""
    form = text_form("no water")
    answers = [_text(client, form) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert ["<Message>" in answer.text for answer in answers] == [True, False, False, False]
    assert len(desk.rows(Message)) == 1


def test_who_says_stop_hears_nothing_more(client: TestClient) -> None:
    sender = phone()
    for body in ("STOP", "my ration card is blocked"):
        assert "<Message>" not in _text(client, text_form(body, sender=sender)).text


FORM = text_form("no water")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Twilio-Signature": ""},
        {"X-Twilio-Signature": "bm90aGluZw=="},
        signed(INBOUND, FORM, token="another secret"),
        signed(INBOUND, {**FORM, "Body": "other words"}),
        signed(STATUS, FORM),
        signed(f"{INBOUND}?x=1", FORM),
    ],
    ids=["none", "empty", "nonsense", "other secret", "other words", "other hook", "other query"],
)
def test_a_forged_signature_is_refused_and_nothing_is_stored(
    client: TestClient, desk: Desk, headers: dict[str, str]
) -> None:
    before = _stored(desk)
    answer = _text(client, FORM, headers=headers)
    assert (answer.status_code, answer.content) == (403, b"")
    assert _stored(desk) == before


def test_the_signature_is_checked_over_our_own_address_and_not_the_one_that_was_asked(client: TestClient) -> None:
    headers = {**signed(INBOUND, FORM), "Host": "elsewhere.example", "X-Forwarded-Host": "elsewhere.example"}
    assert _text(client, FORM, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "odd",
    [
        {"To": "+15005550099"},
        {"From": OUR_NUMBER},
        {"NumMedia": "many"},
    ],
)
def test_what_is_genuine_but_can_not_be_read_is_quarantined_and_answered(
    client: TestClient, desk: Desk, odd: dict[str, str]
) -> None:
    form = text_form("canary words") | odd
    assert _text(client, form).status_code == 200
    (kept,) = desk.rows(Quarantine)
    assert b"canary" not in kept.raw
    assert "canary" not in kept.why
    assert desk.rows(Message) == []


def test_a_form_without_a_body_is_quarantined(client: TestClient, desk: Desk) -> None:
    form = text_form("x")
    del form["Body"]
    assert _text(client, form).status_code == 200
    assert len(desk.rows(Quarantine)) == 1


def test_of_another_account_nothing_is_stored(client: TestClient, desk: Desk) -> None:
    form = text_form("no water") | {"AccountSid": "AC" + "2" * 32}
    assert _text(client, form).status_code in (200, 403)
    assert desk.rows(Message) == []


def test_when_it_can_not_be_kept_the_provider_is_asked_again_and_then_it_is(
    client: TestClient, desk: Desk, parts: wiring.Parts
) -> None:
    form = text_form("no water")
    _break(parts)
    assert _text(client, form).status_code == 503
    _heal(parts)
    assert desk.rows(Message) == []
    assert _text(client, form).status_code == 200
    assert len(desk.rows(Message)) == 1


def test_too_large_a_body_is_refused_before_it_is_read(client: TestClient, desk: Desk) -> None:
    answer = client.post(INBOUND, content=b"x" * (hooks.MOST_BYTES + 1))
    assert answer.status_code == 413
    assert desk.rows(Quarantine) == []


@pytest.mark.parametrize(
    "path", ["/hooks/twilio-sms/other", "/hooks/relay/inbound", "/hooks/in-person/inbound", "/hooks/x/y"]
)
def test_there_is_no_door_where_no_adapter_stands(client: TestClient, path: str) -> None:
    assert client.post(path, data=FORM, headers=signed(path, FORM)).status_code == 404


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "HEAD"])
def test_a_hook_is_only_posted_to(client: TestClient, desk: Desk, method: str) -> None:
    query = urlencode(FORM)
    assert client.request(method, f"{INBOUND}?{query}").status_code == 405
    assert desk.rows(Message) == []


def test_a_receipt_moves_the_reply_and_a_second_one_changes_nothing(client: TestClient, desk: Desk) -> None:
    ticket = desk.ticket()
    desk.act(desk.staff(), ticket, replies.answer, "The tap is mended.")
    sid = "SM" + "c" * 32
    with desk.at() as session:
        session.execute(sa.update(Reply).values(state=ReplyState.SENDING))
        (reply,) = session.scalars(sa.select(Reply)).all()
        delivery.handed_over(session, reply.id, sid)
    form = {
        "MessageSid": sid,
        "AccountSid": ACCOUNT_SID,
        "MessageStatus": "delivered",
        "To": phone(),
        "From": OUR_NUMBER,
    }
    path = f"{STATUS}?reply={reply.reference}"
    for _ in range(3):
        assert _text(client, form, path=path).status_code == 200
    assert desk.rows(Reply)[0].state is ReplyState.DELIVERED
    assert len(desk.rows(ReceiptRow)) == 1


def test_an_answer_comes_only_after_the_commit(client: TestClient, parts: wiring.Parts) -> None:
    """At the instant of the answer another connection finds the row."""
    order: list[str] = []
    sa.event.listen(parts.database.engine, "commit", lambda _: order.append("commit"))
    _text(client, text_form("no water"))
    order.append("answer")
    assert order == ["commit", "answer"]
    assert PUBLIC_URL.startswith("https://")


def _break(parts: wiring.Parts) -> None:
    with parts.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE message RENAME TO message_away")


def _heal(parts: wiring.Parts) -> None:
    with parts.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE message_away RENAME TO message")
