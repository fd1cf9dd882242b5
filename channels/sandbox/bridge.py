"""The part of the switchboard that joins two phones: calls that the desk places, lines in which callers wait, and talks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any
from urllib.parse import urljoin

from channels.sandbox import twiml, wire
from channels.sandbox.call import Call, Step, Waiting
from channels.sandbox.carrier import Carrier, WrongMoment
from channels.sandbox.store import new_sid
from channels.sandbox.twiml import Verb

A_WHILE = 60  # seconds that pass for a caller in a line each time they do nothing

Fetch = Callable[[Call, str, dict[str, str]], Awaitable[None]]
GoOn = Callable[[Call], Awaitable[None]]
End = Callable[[Call, str], Coroutine[Any, Any, None]]


class Bridge:
    """Rings phones and joins them. `fetch`, `go_on` and `end` are the switchboard's own steps of one call."""

    def __init__(self, carrier: Carrier, *, fetch: Fetch, go_on: GoOn, end: End) -> None:
        self._carrier, self._fetch, self._go_on, self._end = carrier, fetch, go_on, end

    def place(self, to: str, url: str, callback: str) -> Call:
        """Let a phone ring for the desk; what it answers to a picked-up phone comes from `url`."""
        call = Call(new_sid("CA"), to, outgoing=True, answers=url, callback=callback)
        phone = self._carrier.store.phone(to)
        busy = phone.call is not None and not phone.call.ended
        self._carrier.store.calls[call.sid] = call
        if phone.off or busy:
            self._carrier.later(self._end(call, "busy" if busy else "no-answer"))
        else:
            self._carrier.store.add_call(call)
            call.steps.append(Step("ring", self._carrier.config.sender))
        return call

    async def pick_up(self, call: Call) -> None:
        """Take a call that rings. Raises `WrongMoment`."""
        if call.status != "ringing" or not call.outgoing:
            raise WrongMoment("This phone does not ring.")
        call.status = "in-progress"
        call.steps.append(Step("answer", ""))
        await self._fetch(call, call.answers, {})
        other = call.other
        if other is None:
            await self._go_on(call)
        elif not other.ended and not call.ended:
            self._join(other, call)

    async def refuse(self, call: Call) -> None:
        """Let a call that rings go unanswered. Raises `WrongMoment`."""
        if call.status != "ringing" or not call.outgoing:
            raise WrongMoment("This phone does not ring.")
        await self._end(call, "no-answer")

    async def enqueue(self, call: Call, verb: Verb) -> None:
        """Put a caller at the end of a line; what they hear meanwhile comes from the desk."""
        call.line, call.waited, call.verb, call.waiting = verb.text, 0, verb, Waiting.SOMEBODY
        self._carrier.store.lines.setdefault(verb.text, []).append(call)
        await self.hold(call)

    async def hold(self, call: Call) -> None:
        """Play what the desk says to who waits; `Leave` lets them out again."""
        verb = call.verb
        if verb is None or call.line is None:
            return
        address = verb.attributes.get("waitUrl", "")
        waits = {"QueueTime": str(call.waited), "QueueSid": "QU" + "0" * 32, "QueuePosition": "1"}
        for step in await self._heard(call, address, waits) if address else ():
            if step.name == "Say":
                call.steps.append(Step("say", step.text, step.attributes.get("language", "")))
            elif step.name == "Play":
                call.steps.append(Step("play", step.text.rsplit("/", 1)[-1]))
            elif step.name == "Leave":
                await self.leave(call, "leave")
                return

    async def leave(self, call: Call, result: str) -> None:
        """Out of the line, on to what the desk says next."""
        verb = call.verb
        self.forget(call)
        if verb is not None:
            await self._fetch(call, urljoin(call.url, verb.attributes.get("action", "")), {"QueueResult": result})
            await self._go_on(call)

    def forget(self, call: Call) -> None:
        """Take a caller out of whatever line they wait in."""
        if call.line is not None:
            waiting = self._carrier.store.lines.get(call.line, [])
            if call in waiting:
                waiting.remove(call)
            call.line = None

    async def dial(self, call: Call, verb: Verb) -> None:
        """Join this call with a number, or with whoever waits first in a line."""
        call.dialling = verb
        for inner in verb.inside:
            whisper = inner.attributes.get("url", "")
            if inner.name == "Queue":
                waiting = self._carrier.store.lines.get(inner.text, [])
                if not waiting:
                    await self.dialled(call, "no-answer")
                    return
                other = waiting[0]
                self.forget(other)
                if whisper:
                    await self._heard(other, whisper, {})
                self._join(call, other)
                return
            if inner.name == "Number":
                other = self.place(inner.text, urljoin(call.url, whisper), "")
                call.other, other.other = other, call
                call.waiting = Waiting.SOMEBODY
                return
        await self.dialled(call, "failed")

    async def dialled(self, call: Call, status: str) -> None:
        """A Dial has ended; the desk says how the call goes on."""
        verb, call.dialling, call.other = call.dialling, None, None
        if verb is None or call.ended:
            return
        await self._fetch(call, urljoin(call.url, verb.attributes.get("action", "")), {"DialCallStatus": status})
        await self._go_on(call)

    async def parted(self, call: Call) -> None:
        """One side has hung up, or was never there: the other goes on, or ends with it."""
        self.forget(call)
        other, call.other = call.other, None
        if other is None or other.ended:
            return
        other.other = None
        talked = other.waiting is Waiting.TALK
        if other.dialling is not None:
            await self.dialled(other, "completed" if talked else "no-answer")
        elif other.verb is not None and other.verb.name == "Enqueue":
            other.waiting = Waiting.NOTHING
            await self.leave(other, "bridged")
        else:
            await self._end(other, "completed" if talked else "canceled")

    def _join(self, one: Call, other: Call) -> None:
        for mine, theirs in ((one, other), (other, one)):
            mine.other, mine.waiting = theirs, Waiting.TALK
            mine.steps.append(Step("joined", ""))
            self._carrier.store.phone(mine.number).version += 1

    async def _heard(self, call: Call, url: str, more: dict[str, str]) -> tuple[Verb, ...]:
        fields = wire.call(self._carrier.config, call) | more
        answer = await self._carrier.hooks.post(urljoin(call.url, url), fields)
        try:
            return twiml.read(answer.body) if answer.taken else ()
        except twiml.BadTwiml:
            return ()
