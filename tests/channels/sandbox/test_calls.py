"""Calls from the phone: the documents the desk answers with, played step by step."""

from __future__ import annotations

import io
import wave

import httpx2
import pytest

from channels.sandbox import sounds
from channels.sandbox.client import PhoneRefused
from channels.sandbox.faults import Fault, FaultKind
from tests.channels.sandbox.conftest import ACCOUNT, ANNA, OURS, PUBLIC, TOKEN, House, open_house, wait_until

INBOUND, LANGUAGE = "/hooks/twilio-voice/inbound", "/hooks/twilio-voice/language"
RECORDED, RECORDING = "/hooks/twilio-voice/recorded", "/hooks/twilio-voice/recording"
STATUS = "/hooks/twilio-voice/status"

MENU = (
    f'<Response><Gather numDigits="1" action="{LANGUAGE}?step=a"><Say language="bn-IN">বাংলার জন্য ১</Say>'
    '<Say language="en-IN">For English, press 2</Say></Gather><Say>Nobody pressed.</Say><Hangup/></Response>'
)
BOX = (
    f'<Response><Say>After the tone.</Say><Record maxLength="2" finishOnKey="#" action="{RECORDED}"'
    f' recordingStatusCallback="{PUBLIC}{RECORDING}?caller=x"/><Say>We heard nothing.</Say></Response>'
)
THANKS = "<Response><Say>Thank you.</Say><Hangup/></Response>"


def _talking(house: House) -> None:
    house.desk.answers |= {INBOUND: MENU, LANGUAGE: BOX, RECORDED: THANKS}


def test_a_call_is_announced_signed_and_its_prompts_stand_as_text(house: House) -> None:
    _talking(house)

    line = house.phone.call(ANNA)

    (heard,) = house.desk.heard
    assert heard.genuine
    assert (heard.fields["From"], heard.fields["To"], heard.fields["CallStatus"]) == (ANNA, OURS, "ringing")
    assert heard.fields["CallSid"] == line.call
    assert line.waiting == "keys"
    assert line.steps == (("say", "বাংলার জন্য ১", "bn-IN"), ("say", "For English, press 2", "en-IN"))


def test_a_key_is_sent_to_the_action_of_the_menu(house: House) -> None:
    _talking(house)
    house.phone.call(ANNA)

    line = house.phone.press("2")

    (fields,) = house.desk.at(LANGUAGE)
    assert (fields["Digits"], fields["step"], fields["CallStatus"]) == ("2", "a", "in-progress")
    assert all(heard.genuine for heard in house.desk.heard)
    assert line.waiting == "sound"
    assert line.said[-1] == "After the tone."


def test_silence_at_a_menu_goes_on_with_what_follows_it(house: House) -> None:
    _talking(house)
    house.phone.call(ANNA)

    line = house.phone.stay_silent()

    assert house.desk.at(LANGUAGE) == []
    assert line.said[-1] == "Nobody pressed."
    assert (line.status, line.waiting) == ("completed", "")


def test_silence_is_told_to_a_menu_that_asks_for_it(house: House) -> None:
    house.desk.answers |= {INBOUND: MENU.replace("<Gather", '<Gather actionOnEmptyResult="true"'), LANGUAGE: THANKS}
    house.phone.call(ANNA)

    house.phone.stay_silent()

    assert house.desk.at(LANGUAGE)[0]["Digits"] == ""


def test_several_digits_end_with_their_number_or_with_the_finishing_key(house: House) -> None:
    gather = f'<Response><Gather numDigits="8" action="{LANGUAGE}"/></Response>'
    house.desk.answers |= {INBOUND: gather, LANGUAGE: gather}
    house.phone.call(ANNA)

    house.phone.press("12345678")
    house.phone.press("4821#")
    house.phone.press("99")
    house.phone.stay_silent()

    assert [fields["Digits"] for fields in house.desk.at(LANGUAGE)] == ["12345678", "4821", "99"]


def test_a_message_is_kept_cut_to_its_longest_and_announced_when_it_can_be_fetched(house: House) -> None:
    _talking(house)
    house.phone.call(ANNA)
    house.phone.press("2")

    line = house.phone.record(sounds.tone("hum"))

    (ended,) = house.desk.at(RECORDED)
    assert (ended["Digits"], ended["RecordingDuration"]) == ("#", "2")
    assert (line.said[-1], line.status) == ("Thank you.", "completed")
    (ready,) = house.desk.wait_for(RECORDING)
    assert (ready["RecordingStatus"], ready["RecordingSid"], ready["caller"]) == (
        "completed",
        ended["RecordingSid"],
        "x",
    )
    assert all(heard.genuine for heard in house.desk.heard)
    answer = httpx2.get(ready["RecordingUrl"] + ".wav", auth=(ACCOUNT, TOKEN))
    assert answer.headers["content-type"] == "audio/x-wav"
    with wave.open(io.BytesIO(answer.content)) as file:
        assert file.getnframes() / file.getframerate() == 2


def test_a_recording_needs_the_accounts_password(house: House) -> None:
    _talking(house)
    house.phone.call(ANNA)
    house.phone.press("2")
    house.phone.record(sounds.tone("chime"))
    url = house.desk.wait_for(RECORDING)[0]["RecordingUrl"]

    assert httpx2.get(url + ".wav").status_code == 401
    assert httpx2.get(url + ".wav", auth=(ACCOUNT, "wrong")).status_code == 401


def test_a_recording_is_not_there_until_it_is_ready_and_not_after_it_was_deleted(house: House) -> None:
    _talking(house)
    house.phone.expect([Fault(FaultKind.RECORDING_LATE, seconds=0.3)])
    house.phone.call(ANNA)
    house.phone.press("2")
    house.phone.record(sounds.tone("chime"))
    sid = house.desk.wait_for(RECORDING)[0]["RecordingSid"]
    url = f"{house.url}/2010-04-01/Accounts/{ACCOUNT}/Recordings/{sid}.mp3"

    def status() -> int:
        return httpx2.get(url, auth=(ACCOUNT, TOKEN)).status_code

    assert status() == 404
    assert house.twilio.recordings(sid).fetch().status == "processing"
    wait_until(lambda: status() == 200)
    assert [recording.sid for recording in house.twilio.recordings.list()] == [sid]
    assert house.twilio.recordings(sid).delete()
    assert status() == 404


def test_hanging_up_after_the_message_still_keeps_it(house: House) -> None:
    _talking(house)
    house.phone.call(ANNA)
    house.phone.press("1")

    line = house.phone.record(sounds.tone("chime"), key="hangup")

    assert line.status == "completed"
    assert house.desk.at(RECORDED)[0]["Digits"] == "hangup"
    assert "Thank you." not in line.said
    assert house.desk.wait_for(RECORDING)


def test_saying_nothing_after_the_tone_keeps_no_recording(house: House) -> None:
    _talking(house)
    house.phone.call(ANNA)
    house.phone.press("1")

    line = house.phone.stay_silent()

    assert line.said[-1] == "We heard nothing."
    assert house.twilio.recordings.list() == []
    assert house.desk.at(RECORDED) == []


def test_the_desk_is_told_when_a_call_ends(house: House) -> None:
    _talking(house)
    house.phone.call(ANNA)

    assert house.phone.hang_up().status == "completed"

    assert [fields["CallStatus"] for fields in house.desk.wait_for(STATUS)] == ["completed"]
    with pytest.raises(PhoneRefused, match="ended"):
        house.phone.press("1")


def test_a_rejected_call_is_busy(house: House) -> None:
    house.desk.answers[INBOUND] = '<Response><Reject reason="busy"/></Response>'

    assert house.phone.call(ANNA).status == "busy"


def test_a_redirect_leads_on_and_a_circle_of_them_breaks_off(house: House) -> None:
    house.desk.answers |= {INBOUND: f"<Response><Redirect>{LANGUAGE}</Redirect></Response>", LANGUAGE: THANKS}
    assert house.phone.call(ANNA).said == ["Thank you."]

    house.desk.answers[LANGUAGE] = f"<Response><Redirect>{INBOUND}</Redirect></Response>"

    assert house.phone.call(ANNA).status == "failed"


@pytest.mark.parametrize(
    "document",
    ["not xml", "<Other/>", '<!DOCTYPE r [<!ENTITY a "b">]><Response><Say>&a;</Say></Response>'],
)
def test_an_answer_that_is_no_document_breaks_the_call_off(house: House, document: str) -> None:
    house.desk.answers[INBOUND] = document

    line = house.phone.call(ANNA)

    assert line.status == "failed"
    assert "error" in line.said[-1]


def test_a_desk_that_fails_breaks_the_call_off(house: House) -> None:
    house.desk.statuses = [500, 500, 500]

    assert house.phone.call(ANNA).status == "failed"


def test_only_wav_is_taken_as_a_message(house: House) -> None:
    _talking(house)
    house.phone.call(ANNA)
    house.phone.press("1")

    with pytest.raises(PhoneRefused, match="WAV"):
        house.phone.record(b"ID3 no wav at all")


def test_a_phone_has_one_call_at_a_time_and_none_when_off(house: House) -> None:
    _talking(house)
    house.phone.call(ANNA)
    with pytest.raises(PhoneRefused, match="already"):
        house.phone.call(ANNA)
    house.phone.hang_up()

    house.phone.switch_off(ANNA)

    with pytest.raises(PhoneRefused, match="switched off"):
        house.phone.call(ANNA)


def test_a_call_to_a_desk_with_another_status_hook_tells_nobody() -> None:
    with open_house(call_status_hook="") as house:
        _talking(house)
        house.phone.call(ANNA)
        house.phone.hang_up()
        house.phone.text(ANNA, "later")

        assert house.desk.at(STATUS) == []
