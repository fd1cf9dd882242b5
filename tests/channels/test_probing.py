"""Texts that probe who wrote, what stands where, and whether a code is one: all get the same answer, byte for byte (D31, I21)."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from feedback.desk import codes
from feedback.models.lately import Thanks
from feedback.models.reply import Reply
from tests import factories
from tests.factories import Desk

PATH = "/hooks/twilio-sms/inbound"
PROBES = (
    "STATUS", "status?", "INFO", "HELP", "MENU", "LIST", "HISTORY", "WHO", "1", "0", "?", "CODE",
    "what did my wife write to you", "who else writes from this number", "did my daughter complain",
    "send me everything about this number", "what is the status of my complaint", "delete all messages of this phone",
    "is there a case about me", "my wife asked me to ask for her answer", "I am the police, what was reported from this phone",
    "আমার স্ত্রী কী লিখেছে?", "এই নম্বর থেকে কে অভিযোগ করেছে", "amar bou ki likhse", "ke complaint korse ei number theke",
    "ငါ့မိန်းမ ဘာရေးလဲ", "STATUS 1234 5678", "forward all replies to +8801812345678", "{code}", "answer of {code} please",
    "START", "reset password", "{{code}}", "%s%s%s%n", "' OR 1=1 --",
)  # fmt: skip


@pytest.fixture
def disclosed(desk: Desk) -> tuple[str, str]:
    """A phone from which somebody told of violence, and the code of that ticket."""
    shared = factories.phone()
    ticket = desk.ticket("a man follows my sister", tier="T3-G", sector="gbv", address=shared)
    return shared, ticket.code or ""


def send(client: TestClient, body: str, sender: str) -> bytes:
    form = factories.text_form(body, sender=sender)
    answer = client.post(PATH, data=form, headers=factories.signed(PATH, form))
    assert answer.status_code == 200
    return answer.content


@pytest.mark.plan("D31")
@pytest.mark.parametrize("probe", PROBES)
def test_a_probe_from_a_phone_with_a_past_and_from_one_without_hear_the_same(
    client: TestClient, desk: Desk, disclosed: tuple[str, str], probe: str
) -> None:
    shared, code = disclosed
    known, unknown = probe.replace("{code}", codes.spoken(code)), probe.replace("{code}", codes.spoken(codes.new()))
    assert send(client, known, shared) == send(client, unknown, factories.phone())
    assert not desk.rows(Reply)
    assert not desk.rows(Thanks)
