"""The Twilio adapters, unchanged, against the sandbox carrier over real HTTP: what we test with is what we run."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from channels.contract import Copy, Delivery, Envelope, Fate, HookRequest, Inbound, Kept, Receipt, SendFailed
from channels.hotline import Prompt
from channels.sandbox import sounds
from channels.sandbox.app import create
from channels.sandbox.client import SandboxPhone
from channels.sandbox.config import SandboxConfig
from channels.sandbox.faults import Fault, FaultKind
from channels.twilio_sms import TwilioSms
from channels.twilio_voice import TwilioVoice
from tests.channels.twilio_wire import ACCOUNT, OURS, PUBLIC, TOKEN

ANNA = "+8801712345417"
LANGUAGES = [("1", "rhg-Latn", "Ruáingga"), ("2", "bn", "বাংলা"), ("3", "en", "English")]
PROMPTS = {code: {prompt: f"{code} {prompt}" for prompt in Prompt} for _, code, _ in LANGUAGES}


@dataclass
class Desk:
    """As little of a desk as the adapters need: it hands each hook on and keeps what was heard."""

    sms: TwilioSms
    voice: TwilioVoice
    messages: list[Inbound] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)

    async def answer(self, request: Request) -> Response:
        adapter, hook = request.path_params["adapter"], request.path_params["hook"]
        query = f"?{request.url.query}" if request.url.query else ""
        heard = (self.sms if adapter == self.sms.name else self.voice).hear(
            HookRequest(
                hook=hook,
                url=f"{PUBLIC}{request.url.path}{query}",
                headers=dict(request.headers),
                body=await request.body(),
                at=datetime.now(UTC),
            )
        )
        self.messages += heard.messages
        self.receipts += heard.receipts
        answer = heard.acknowledged or heard.answer
        return Response(answer.body, media_type=answer.media_type)


@dataclass
class House:
    desk: Desk
    phone: SandboxPhone
    carrier: str


@pytest.fixture
def house() -> Iterator[House]:
    with socket.create_server(("127.0.0.1", 0)) as desk_door, socket.create_server(("127.0.0.1", 0)) as carrier_door:
        carrier = _address(carrier_door)
        sms = _sms(carrier)
        voice = TwilioVoice(account_sid=ACCOUNT, auth_tokens=(TOKEN,), numbers=(OURS,), public_url=PUBLIC,
                            prompts=PROMPTS, languages=LANGUAGES, api_base=carrier)  # fmt: skip
        desk = Desk(sms, voice)
        app = Starlette(routes=[Route("/hooks/{adapter}/{hook}", desk.answer, methods=["POST"])])
        config = SandboxConfig(ACCOUNT, TOKEN, sender=OURS, hook_url=_address(desk_door), public_url=PUBLIC,
                               own_url=carrier, receipt_delay=0.02, recording_delay=0.05)  # fmt: skip
        with _serving(app, desk_door), _serving(create(config), carrier_door), SandboxPhone(carrier) as phone:
            yield House(desk, phone, carrier)


def _sms(carrier: str, timeout: float = 10.0) -> TwilioSms:
    return TwilioSms(account_sid=ACCOUNT, auth_tokens=(TOKEN,), numbers=(OURS,), public_url=PUBLIC,
                     acknowledgement="Thank you.", api_base=carrier, timeout=timeout)  # fmt: skip


def _address(door: socket.socket) -> str:
    return f"http://127.0.0.1:{door.getsockname()[1]}"


@contextmanager
def _serving(app: ASGIApp, door: socket.socket) -> Iterator[None]:
    config = uvicorn.Config(app, log_level="error", access_log=False, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
    thread.start()
    _until(lambda: server.started)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


def _until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def envelope(text: str = "The tap is mended.") -> Envelope:
    return Envelope("q3v8Zt1LrYk", ANNA, text, datetime.now(UTC) - timedelta(seconds=1))


def test_a_text_from_the_phone_is_heard_and_acknowledged(house: House) -> None:
    assert house.phone.text(ANNA, "পানি নাই & 3 din 🚰").accepted
    (message,) = house.desk.messages
    assert (message.address, message.text) == (ANNA, "পানি নাই & 3 din 🚰")
    assert house.phone.wait_for_text(ANNA).body == "Thank you."


def test_a_reply_reaches_the_phone_and_its_receipts_name_it(house: House) -> None:
    sid = house.desk.sms.send(envelope())
    assert house.phone.wait_for_text(ANNA).body == "The tap is mended."
    _until(lambda: len(house.desk.receipts) == 2)
    assert {receipt.delivery for receipt in house.desk.receipts} == {Delivery.SENT, Delivery.DELIVERED}
    assert {(receipt.reply, receipt.provider_ref) for receipt in house.desk.receipts} == {("q3v8Zt1LrYk", sid)}


def test_a_phone_that_is_off_is_told_as_failed_for_now(house: House) -> None:
    house.phone.switch_off(ANNA)
    house.desk.sms.send(envelope())
    _until(lambda: any(receipt.delivery is Delivery.FAILED for receipt in house.desk.receipts))
    assert house.desk.receipts[-1].code == "30003"
    assert house.desk.receipts[-1].fate is Fate.LATER


def test_a_reply_whose_answer_was_lost_is_found_again(house: House) -> None:
    house.phone.expect([Fault(FaultKind.LOST_ANSWER)])
    with pytest.raises(SendFailed) as failed:
        _sms(house.carrier, timeout=1.0).send(envelope())
    assert failed.value.unknown
    found = house.desk.sms.look_up(envelope())
    _until(lambda: house.desk.receipts)
    assert found == house.desk.receipts[0].provider_ref
    assert house.desk.sms.look_up(envelope("Something else.")) is None


def test_a_call_becomes_one_message_whose_sound_can_be_fetched(house: House) -> None:
    line = house.phone.call(ANNA)
    assert line.said == ["rhg-Latn choose", "bn choose", "en choose"]
    line = house.phone.press("1")
    assert line.said[3:] == [f"rhg-Latn {one}" for one in ("safe", "out_of_hours", "help_open", "before_tone")]
    line = house.phone.record(sounds.tone("hum"))
    assert line.said[7:] == ["rhg-Latn thanks"]
    assert line.status == "completed"
    _until(lambda: len(house.desk.messages) == 2)
    first, second = house.desk.messages
    assert first.provider_ref == second.provider_ref
    assert first.address == second.address == ANNA
    assert first.language == "rhg-Latn"
    assert first.recording
    assert b"".join(house.desk.voice.fetch(first.recording)) == sounds.tone("hum")


def test_silence_all_the_way_through_ends_the_call_and_leaves_nothing(house: House) -> None:
    house.phone.call(ANNA)
    for _ in range(2):
        assert house.phone.stay_silent().status == "in-progress"
    house.phone.stay_silent()
    line = house.phone.stay_silent()
    assert line.said[-1] == "rhg-Latn goodbye"
    assert line.status == "completed"
    assert not house.desk.messages


def test_what_the_carrier_kept_is_listed_as_its_hook_told_it(house: House) -> None:
    house.phone.text(ANNA, "পানি নাই")
    house.phone.text(ANNA, "latrine bhanga")
    house.desk.sms.send(envelope())
    listed = list(house.desk.sms.list_inbound(datetime.now(UTC) - timedelta(hours=1)))
    told = [(one.provider_ref, one.address, one.text) for one in house.desk.messages]
    assert [(one.provider_ref, one.address, one.text) for one in listed] == told


def test_what_is_older_than_asked_for_is_not_listed(house: House) -> None:
    house.phone.text(ANNA, "pani nai")
    assert not list(house.desk.sms.list_inbound(datetime.now(UTC) + timedelta(minutes=1)))
    assert not list(house.desk.sms.list_copies(datetime.now(UTC) - timedelta(minutes=1)))


def test_copies_of_texts_are_emptied_and_deleted_after_their_end(house: House) -> None:
    house.phone.text(ANNA, "pani nai")
    sms, later = house.desk.sms, datetime.now(UTC) + timedelta(minutes=1)
    _until(lambda: len(list(sms.list_copies(later))) == 2 and house.phone.inbox(ANNA))  # theirs, and our thanks
    for copy in sms.list_copies(later):
        _until(lambda copy=copy: _deleted(sms, copy))
    assert not list(sms.list_copies(later))


def test_a_copy_of_what_has_not_ended_is_refused_for_now_and_one_that_is_gone_is_well(house: House) -> None:
    sid = house.desk.sms.send(envelope())
    copy = Copy(Kept.OUTBOUND, sid, datetime.now(UTC))
    with pytest.raises(SendFailed) as refused:
        house.desk.sms.delete(copy)
    assert refused.value.retry
    _until(lambda: _deleted(house.desk.sms, copy))
    house.desk.sms.delete(copy)


def test_a_recording_whose_hooks_were_lost_is_listed_with_its_caller(house: House) -> None:
    house.phone.call(ANNA)
    house.phone.press("3")
    house.phone.record(sounds.tone("hum"))
    _until(lambda: len(house.desk.messages) == 2)
    (listed,) = house.desk.voice.list_inbound(datetime.now(UTC) - timedelta(hours=1))
    told = house.desk.messages[0]
    assert (listed.provider_ref, listed.address, listed.recording) == (told.provider_ref, ANNA, told.recording)


def test_copies_of_recordings_and_calls_are_deleted(house: House) -> None:
    house.phone.call(ANNA)
    house.phone.press("3")
    house.phone.record(sounds.tone("hum"))
    voice, later = house.desk.voice, datetime.now(UTC) + timedelta(minutes=1)
    _until(lambda: {copy.kind for copy in voice.list_copies(later)} == {Kept.RECORDING, Kept.CALL})
    for copy in list(voice.list_copies(later)):
        voice.delete(copy)
    assert not list(voice.list_copies(later))


def _deleted(sms: TwilioSms, copy: Copy) -> bool:
    try:
        sms.delete(copy)
    except SendFailed:
        return False
    return True
