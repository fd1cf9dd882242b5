"""What a caller hears is the same, byte for byte, whatever we know of their number (D30, D31, I20, I21)."""

from __future__ import annotations

import re
from itertools import count

import pytest
from starlette.testclient import TestClient

from feedback import clock
from feedback.desk import silence
from tests.factories import ACCOUNT_SID, OUR_NUMBER, Desk, phone, signed

HISTORIES = ("nobody", "silent", "T0", "T1", "T2-P", "T3-G", "T3-S", "T3-C", "T3-L", "waiting")
EACH = 5
STEPS = (
    ("inbound", {}),
    ("language?step=language", {"Digits": "2"}),
    ("language?step=language", {"Digits": "9"}),
    ("language?step=language_again", {}),
    ("person?step=person&language=bn", {"Digits": "1"}),
    ("person?step=person&language=bn", {"Digits": "0"}),
    ("left?step=wait_woman&language=bn", {"QueueResult": "leave"}),
    ("recorded?step=box&language=bn", {"RecordingSid": "RE{}", "RecordingDuration": "9", "Digits": "#"}),
    ("recorded?step=box&language=bn", {}),
    ("status", {"CallStatus": "completed"}),
)
_calls = count(1)


def number_with(desk: Desk, history: str) -> str:
    number = phone()
    if history == "silent":
        with desk.at() as session:
            silence.mark(session, number, clock.now())
    elif history != "nobody":
        desk.ticket("he did bad to her", tier=None if history == "waiting" else history, address=number)
    return number


def heard(client: TestClient, number: str) -> list[tuple[int, str]]:
    """A whole call; what differs by call alone, its number under a fresh seal, is taken out."""
    sid, answers = f"{next(_calls):032x}", []
    for path, more in STEPS:
        form = {"CallSid": f"CA{sid}", "AccountSid": ACCOUNT_SID, "From": number, "To": OUR_NUMBER}
        form |= {"CallStatus": "in-progress"} | {name: value.format(sid) for name, value in more.items()}
        url = f"/hooks/twilio-voice/{path}"
        answer = client.post(url, data=form, headers=signed(url, form))
        answers.append((answer.status_code, re.sub(r"caller=[\w=%-]+", "caller=…", answer.text)))
    return answers


@pytest.mark.plan("D30", trials=len(HISTORIES) * EACH)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_caller_hears_the_same_bytes(client: TestClient, desk: Desk) -> None:
    calls = [heard(client, number_with(desk, history)) for history in HISTORIES for _ in range(EACH)]
    assert {status for status, _ in calls[0]} == {200}
    assert all(call == calls[0] for call in calls)


@pytest.mark.plan("D31", trials=len(HISTORIES))
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_missed_call_is_turned_away_alike(client: TestClient, desk: Desk) -> None:
    """No answer to a call that was turned away says whether it will be called back."""
    voice = client.app.state.parts.channels["twilio-voice"]  # type: ignore[attr-defined]
    voice._missed = frozenset({"+15005550007"})
    bodies = set()
    for history in HISTORIES:
        form = {"CallSid": f"CA{next(_calls):032x}", "AccountSid": ACCOUNT_SID, "From": number_with(desk, history)}
        form |= {"To": "+15005550007", "CallStatus": "ringing"}
        bodies.add(
            client.post(
                "/hooks/twilio-voice/inbound", data=form, headers=signed("/hooks/twilio-voice/inbound", form)
            ).text
        )
    assert len(bodies) == 1
