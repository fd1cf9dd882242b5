"""The carrier's switchboard: leads a call through the documents the desk answers with, and keeps what the caller records."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urljoin

from channels.sandbox import sounds, twiml, wire
from channels.sandbox.bridge import A_WHILE, Bridge
from channels.sandbox.call import Call, Step, Waiting
from channels.sandbox.carrier import Carrier, WrongMoment
from channels.sandbox.faults import FaultKind
from channels.sandbox.store import Recording, new_sid
from channels.sandbox.twiml import Verb

MOST_DOCUMENTS = 20  # in a row without the caller doing anything: a loop
ANY_KEY = "1234567890*#"
SORRY = "We are sorry. An application error has occurred. Goodbye."


class Switchboard:
    """Connects calls. Nothing in it runs on a clock: the caller presses, speaks or stays silent, and the line goes on."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier
        self._bridge = Bridge(carrier, fetch=self._fetch, go_on=self._go_on, end=self._end)

    async def dial(self, number: str, *, to: str = "") -> Call:
        """Call our number (or another of ours) from a phone and go on until the line waits. Raises `WrongMoment`."""
        phone = self._carrier.store.phone(number)
        if phone.off:
            raise WrongMoment("This phone is switched off.")
        if phone.call and not phone.call.ended:
            raise WrongMoment("This phone is in a call already.")
        call = Call(new_sid("CA"), number, dialled=to)
        self._carrier.store.add_call(call)
        async with call.lock:
            await self._fetch(call, self._carrier.config.signed_base + self._carrier.config.call_hook, {})
            await self._go_on(call)
        return call

    def place(self, to: str, url: str, callback: str) -> Call:
        """Let a phone ring for the desk."""
        return self._bridge.place(to, url, callback)

    async def pick_up(self, call: Call) -> Call:
        """Take a call that rings. Raises `WrongMoment`."""
        async with self._turn(call):
            await self._bridge.pick_up(call)
        return call

    async def refuse(self, call: Call) -> Call:
        """Let it ring. Raises `WrongMoment`."""
        async with self._turn(call):
            await self._bridge.refuse(call)
        return call

    async def press(self, call: Call, keys: str) -> Call:
        """Press keys one after the other. Keys that nothing waits for are lost, as on a real line. Raises `WrongMoment`."""
        async with self._turn(call):
            for key in keys:
                if call.waiting is Waiting.KEYS and call.verb:
                    await self._key(call, call.verb, key)
                elif call.waiting is Waiting.SOUND and call.verb and key in _finish(call.verb, ANY_KEY):
                    call.steps.append(Step("key", key))
                    await self._skip(call)
        return call

    async def stay_silent(self, call: Call) -> Call:
        """Let the time to press or speak run out. Raises `WrongMoment`."""
        async with self._turn(call):
            call.steps.append(Step("silence", ""))
            if call.line is not None:
                call.waited += A_WHILE
                await self._bridge.hold(call)
            elif call.waiting in (Waiting.SOMEBODY, Waiting.TALK):
                return call
            elif call.waiting is Waiting.KEYS and call.verb and call.keys:
                await self._gathered(call, call.verb)
            else:
                await self._skip(call)
        return call

    async def record(self, call: Call, sound: bytes, *, key: str = "") -> Call:
        """Leave a WAV as the message, ended by a key, by silence (no key) or by "hangup".

        Raises `WrongMoment` when the line is not recording, `sounds.NotASound` for anything but WAV.
        """
        sounds.length(sound)
        async with self._turn(call):
            if call.waiting is not Waiting.SOUND or call.verb is None:
                raise WrongMoment("The line is not recording now.")
            verb, config = call.verb, self._carrier.config
            kept = sounds.cut(sound, int(verb.attributes.get("maxLength", "3600")))
            recording = Recording(new_sid("RE"), call.sid, kept, sounds.length(kept))
            self._carrier.store.add_recording(recording)
            call.steps.append(Step("sound", f"{recording.seconds} s"))
            callback = verb.attributes.get("recordingStatusCallback", "")
            self._carrier.later(self._make_ready(call, recording, urljoin(call.url, callback) if callback else ""))
            if key == "hangup":
                await self._end(call, "completed")
            heard = wire.recording_ended(config, recording) | {"Digits": key}
            await self._fetch(call, urljoin(call.url, verb.attributes.get("action", "")), heard)
            await self._go_on(call)
        return call

    async def hang_up(self, call: Call) -> Call:
        """Put the phone down. A call that has ended stays as it is."""
        async with call.lock:
            if not call.ended:
                await self._end(call, "completed")
        return call

    @asynccontextmanager
    async def _turn(self, call: Call) -> AsyncIterator[None]:
        async with call.lock:
            if call.ended:
                raise WrongMoment("The call has ended.")
            call.documents = 0
            yield
            self._changed(call)

    def _changed(self, call: Call) -> None:
        self._carrier.store.phone(call.number).version += 1

    async def _key(self, call: Call, gather: Verb, key: str) -> None:
        call.steps.append(Step("key", key))
        if key in _finish(gather, "#"):
            await (self._gathered(call, gather) if call.keys else self._skip(call))
            return
        call.keys += key
        if len(call.keys) >= int(gather.attributes.get("numDigits", "1000")):
            await self._gathered(call, gather)

    async def _gathered(self, call: Call, gather: Verb) -> None:
        await self._fetch(call, urljoin(call.url, gather.attributes.get("action", "")), {"Digits": call.keys})
        await self._go_on(call)

    async def _skip(self, call: Call) -> None:
        """Nothing was pressed or said: on to the next verb, unless the desk wants to hear of it."""
        verb = call.verb
        if verb and verb.name == "Gather" and verb.attributes.get("actionOnEmptyResult", "").lower() == "true":
            await self._gathered(call, verb)
        else:
            await self._go_on(call)

    async def _go_on(self, call: Call) -> None:
        """Do the verbs that need no caller, until one waits or the document ends."""
        call.verb, call.keys, call.waiting = None, "", Waiting.NOTHING
        while not call.ended and call.waiting is Waiting.NOTHING:
            if not call.ahead:
                await self._end(call, "completed")
                return
            verb = call.ahead.popleft()
            match verb.name:
                case "Say" | "Play" | "Pause":
                    _speak(call, verb)
                case "Gather":
                    for inner in verb.inside:
                        _speak(call, inner)
                    call.verb, call.waiting = verb, Waiting.KEYS
                case "Enqueue":
                    await self._bridge.enqueue(call, verb)
                case "Dial":
                    await self._bridge.dial(call, verb)
                    return
                case "Record":
                    call.verb, call.waiting = verb, Waiting.SOUND
                case "Redirect":
                    await self._fetch(call, urljoin(call.url, verb.text), {})
                case "Hangup":
                    await self._end(call, "completed")
                case "Reject":
                    await self._end(call, "busy")
                case _:
                    call.steps.append(Step("unknown", verb.name))
        self._changed(call)

    async def _fetch(self, call: Call, url: str, more: dict[str, str]) -> None:
        """Ask the desk for the next document. What it answers after the caller hung up is not played."""
        call.documents += 1
        fields = wire.call(self._carrier.config, call) | more
        answer = await self._carrier.hooks.post(url, fields)
        if call.ended:
            return
        call.status, call.url = "in-progress", url
        try:
            if not answer.taken or call.documents > MOST_DOCUMENTS:
                raise twiml.BadTwiml
            call.ahead = deque(twiml.read(answer.body))
        except twiml.BadTwiml:
            call.steps.append(Step("say", SORRY, "en"))
            await self._end(call, "failed")

    async def _end(self, call: Call, status: str) -> None:
        call.status, call.waiting, call.verb = status, Waiting.NOTHING, None
        call.ahead.clear()
        call.steps.append(Step("end", status))
        self._changed(call)
        config = self._carrier.config
        await self._bridge.parted(call)
        if call.outgoing:
            if call.callback:
                self._carrier.later(self._tell(call.callback, wire.call(config, call)))
        elif config.call_status_hook:
            self._carrier.later(self._tell(config.signed_base + config.call_status_hook, wire.call(config, call)))

    async def _make_ready(self, call: Call, recording: Recording, callback: str) -> None:
        config = self._carrier.config
        late = self._carrier.faults.take(FaultKind.RECORDING_LATE, call.number)
        if not late:
            await asyncio.sleep(config.recording_delay)
            recording.ready = True
        if callback:
            await self._tell(callback, wire.recording_ready(config, recording))
        if late:
            await asyncio.sleep(late.seconds)
            recording.ready = True

    async def _tell(self, url: str, fields: dict[str, str]) -> None:
        await self._carrier.hooks.post(url, fields)


def _finish(verb: Verb, default: str) -> str:
    return verb.attributes.get("finishOnKey", default)


def _speak(call: Call, verb: Verb) -> None:
    """What the caller hears, as text; of a sound only its name."""
    if verb.name == "Say":
        call.steps.append(Step("say", verb.text, verb.attributes.get("language", "")))
    elif verb.name == "Play":
        call.steps.append(Step("play", verb.text.rsplit("/", 1)[-1]))
