"""Two phones and a desk: calls that the desk places, lines to wait in, and what happens when somebody hangs up."""

from __future__ import annotations

import pytest
from twilio.base.exceptions import TwilioRestException

from channels.sandbox.client import PhoneRefused
from tests.channels.sandbox.conftest import ANNA, BELA, OURS, PUBLIC, House, wait_until

JOIN_ANNA = f'<Response><Dial action="/over"><Number url="/talks">{ANNA}</Number></Dial></Response>'
JOIN_LINE = '<Response><Dial action="/over"><Queue url="/talks">women</Queue></Dial></Response>'
WAIT = '<Response><Enqueue action="/left" waitUrl="/wait">women</Enqueue></Response>'
INBOUND = "/hooks/twilio-voice/inbound"


def ring(house: House, to: str = BELA, *, answers: str = "/start") -> str:
    call = house.twilio.calls.create(
        to=to, from_=OURS, url=f"{PUBLIC}{answers}", method="POST", status_callback=f"{PUBLIC}/rung"
    )
    return str(call.sid)


def test_a_call_of_the_desks_rings_and_is_answered_with_its_document(house: House) -> None:
    house.desk.answers["/start"] = "<Response><Say>Hello.</Say><Hangup/></Response>"
    sid = ring(house)
    assert house.phone.rings(BELA)
    line = house.phone.answer(BELA)
    assert (line.call, line.said, line.status) == (sid, ["Hello."], "completed")
    (told,) = house.desk.wait_for("/rung")
    assert (told["CallStatus"], told["From"], told["To"], told["Direction"]) == (
        "completed",
        OURS,
        BELA,
        "outbound-api",
    )


def test_a_phone_that_is_not_picked_up_was_not_answered(house: House) -> None:
    ring(house)
    assert house.phone.refuse(BELA).status == "no-answer"
    assert house.desk.wait_for("/rung")[0]["CallStatus"] == "no-answer"


@pytest.mark.parametrize("why", ["off", "busy"])
def test_a_phone_that_cannot_ring_is_told(house: House, why: str) -> None:
    if why == "off":
        house.phone.switch_off(BELA)
    else:
        ring(house)
    ring(house)
    assert house.desk.wait_for("/rung")[0]["CallStatus"] == {"off": "no-answer", "busy": "busy"}[why]


def test_a_phone_that_does_not_ring_cannot_be_picked_up(house: House) -> None:
    with pytest.raises(PhoneRefused):
        house.phone.answer(BELA)


def test_two_phones_are_joined_and_hanging_up_one_ends_both(house: House) -> None:
    house.desk.answers |= {"/start": JOIN_ANNA, "/over": "<Response><Hangup/></Response>"}
    ring(house)
    ours = house.phone.answer(BELA)
    assert ours.waiting == "somebody"
    theirs = house.phone.answer(ANNA)
    assert theirs.waiting == "talk"
    assert ("ring", OURS, "") in theirs.steps  # nobody's number but ours
    assert len(house.desk.at("/talks")) == 1
    house.phone.hang_up()
    assert house.desk.wait_for("/over")[0]["DialCallStatus"] == "completed"
    assert house.desk.wait_for("/rung")[0]["CallStatus"] == "completed"


def test_a_person_who_does_not_pick_up_is_told_to_whoever_waits(house: House) -> None:
    house.desk.answers["/start"] = JOIN_ANNA
    ring(house)
    house.phone.answer(BELA)
    house.phone.refuse(ANNA)
    assert house.desk.wait_for("/over")[0]["DialCallStatus"] == "no-answer"


def test_who_hangs_up_too_early_stops_the_other_phone_ringing(house: House) -> None:
    house.desk.answers["/start"] = JOIN_ANNA
    ring(house)
    house.phone.answer(BELA)
    house.phone.hang_up()
    assert not house.phone.rings(ANNA)


def test_a_caller_waits_in_a_line_until_somebody_takes_the_first(house: House) -> None:
    house.desk.answers |= {INBOUND: WAIT, "/wait": "<Response><Say>Please wait.</Say></Response>"}
    house.desk.answers["/start"] = JOIN_LINE
    line = house.phone.call(ANNA)
    assert (line.waiting, line.said) == ("somebody", ["Please wait."])
    assert house.desk.at("/wait")[0]["QueueTime"] == "0"
    house.phone.stay_silent()
    assert house.desk.at("/wait")[1]["QueueTime"] == "60"
    ring(house)
    assert house.phone.answer(BELA).waiting == "talk"
    assert house.desk.at("/talks")[0]["From"] == ANNA  # the caller's own leg
    house.phone.hang_up()
    assert house.desk.wait_for("/left")[0]["QueueResult"] == "bridged"


def test_a_document_that_says_leave_lets_the_caller_out(house: House) -> None:
    house.desk.answers |= {
        INBOUND: WAIT,
        "/wait": "<Response><Leave/></Response>",
        "/left": "<Response><Say>Sorry.</Say></Response>",
    }
    line = house.phone.call(ANNA)
    assert (line.said, line.status) == (["Sorry."], "completed")
    assert house.desk.at("/left")[0]["QueueResult"] == "leave"


def test_an_empty_line_joins_nobody(house: House) -> None:
    house.desk.answers["/start"] = JOIN_LINE
    ring(house)
    house.phone.answer(BELA)
    assert house.desk.wait_for("/over")[0]["DialCallStatus"] == "no-answer"


def test_who_hangs_up_waiting_is_out_of_the_line(house: House) -> None:
    house.desk.answers |= {INBOUND: WAIT, "/start": JOIN_LINE}
    house.phone.call(ANNA)
    house.phone.hang_up()
    ring(house)
    house.phone.answer(BELA)
    assert house.desk.wait_for("/over")[0]["DialCallStatus"] == "no-answer"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"to": "12", "from_": OURS, "url": f"{PUBLIC}/start"}, 21211),
        ({"to": BELA, "from_": "+15005550001", "url": f"{PUBLIC}/start"}, 21606),
        ({"to": BELA, "from_": OURS, "url": "https://elsewhere.example/x"}, 21609),
    ],
)
def test_a_call_is_refused_as_twilio_would(house: House, asked: dict[str, str], code: int) -> None:
    with pytest.raises(TwilioRestException) as refused:
        house.twilio.calls.create(**asked)
    assert refused.value.code == code


def test_calls_both_ways_are_listed_and_deleted(house: House) -> None:
    house.desk.answers["/start"] = "<Response><Hangup/></Response>"
    ring(house)
    house.phone.answer(BELA)
    house.phone.call(ANNA)
    wait_until(lambda: len(house.twilio.calls.list(from_=OURS)) == 1)
    (ours,), (theirs,) = house.twilio.calls.list(from_=OURS), house.twilio.calls.list(to=OURS)
    assert (ours.to, theirs._from) == (BELA, ANNA)
    assert ours.delete()
    assert theirs.delete()
