"""The carrier's post: takes texts from phones to the desk and from the desk to phones, with receipts."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine, Sequence
from typing import Any

from channels.sandbox import twiml, wire
from channels.sandbox.config import SandboxConfig
from channels.sandbox.faults import FaultKind, Faults
from channels.sandbox.hooks import Answered, Hooks
from channels.sandbox.pictures import Picture, media_type
from channels.sandbox.store import Store, Text, new_sid
from channels.text import segments

NUMBER = re.compile(r"\+[1-9]\d{6,14}")
NOT_TAKEN = 11200  # Twilio's code for a hook that failed
OPTED_OUT = 21610
STOP = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit"})
START = frozenset({"start", "yes", "unstop"})


class WrongMoment(Exception):  # noqa: N818
    """The phone can't do this now. The text says why, for the person who holds it."""


class Carrier:
    """One carrier with its memory, its faults and its way to the desk."""

    def __init__(self, config: SandboxConfig) -> None:
        self.config = config
        self.store = Store(config.keep)
        self.faults = Faults()
        self.hooks = Hooks(config)
        self._running: set[asyncio.Task[Any]] = set()

    async def close(self) -> None:
        """Drop what is still on its way and let the connections go."""
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self.hooks.close()

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do this beside the request in hand."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def text(
        self, number: str, body: str, *, copies: int = 1, pictures: Sequence[bytes] = ()
    ) -> tuple[Text, Answered]:
        """Send a text from a phone to the desk and play what the desk answers.

        `copies` sends the same text that many times at once, as a carrier in trouble does; the slowest one is reported.
        Raises `WrongMoment` when the phone is switched off, `NotAPicture` for what is none.
        """
        seen = [Picture(new_sid("ME"), media_type(one), one) for one in pictures]
        phone = self.store.phone(number)
        if phone.off:
            raise WrongMoment("This phone is switched off.")
        phone.opted_out = (phone.opted_out or _word(body) in STOP) and _word(body) not in START
        text = _text(number, self.config.sender, body, "inbound", "received")
        if seen:
            text.sid, text.pictures = new_sid("MM"), seen
        text.sent_at = text.created
        self.store.add_text(text)
        self.store.show(number, text)
        url, fields = self.config.signed_base + self.config.text_hook, wire.inbound(self.config, text)
        answers = await asyncio.gather(*(self.hooks.post(url, fields) for _ in range(copies)))
        for answer in answers:
            if answer.taken:
                self._play(text, answer.body)
        worst = max(answers, key=lambda answer: (not answer.taken, answer.seconds))
        if not worst.taken:
            text.move("received", NOT_TAKEN)
            phone.version += 1
        return text, worst

    def send(self, to: str, body: str, *, direction: str, callback: str = "") -> Text:
        """Take a text for a phone; it is delivered, or not, a moment later."""
        text = _text(self.config.sender, to, body, direction, "queued")
        text.callback = callback
        self.store.add_text(text)
        self.later(self._deliver(text))
        return text

    def _play(self, heard: Text, document: str) -> None:
        """Do what the desk's answer to a text says: a `Message` goes out."""
        try:
            verbs = twiml.read(document)
        except twiml.BadTwiml:
            heard.move("received", 12100)
            return
        for verb in verbs:
            if verb.name == "Message":
                body = verb.text or "".join(part.text for part in verb.inside if part.name == "Body")
                to = verb.attributes.get("to", heard.sender)
                self.send(to, body, direction="outbound-reply", callback=verb.attributes.get("statusCallback", ""))

    async def _deliver(self, text: Text) -> None:
        backwards = self.faults.take(FaultKind.RECEIPTS_BACKWARDS, text.to) is not None
        copies = 2 if self.faults.take(FaultKind.RECEIPTS_TWICE, text.to) else 1
        if self.faults.take(FaultKind.NO_RECEIPTS, text.to):
            copies = 0
        receipts = []
        for status, code in self._way(text):
            await asyncio.sleep(self.config.receipt_delay)
            text.move(status, code)
            if status == "delivered":
                self.store.show(text.to, text)
            receipts.append(wire.receipt(self.config, text))
            if not backwards:
                await self._report(text.callback, receipts.pop(), copies)
        for fields in reversed(receipts):
            await self._report(text.callback, fields, copies)

    def _way(self, text: Text) -> list[tuple[str, int | None]]:
        """The statuses this text goes through from here, each with its error code."""
        phone = self.store.phone(text.to)
        if phone.opted_out:
            return [("failed", OPTED_OUT)]
        fault = self.faults.take(FaultKind.UNDELIVERED, text.to)
        code = phone.off or (fault.code if fault else None)
        return [("sent", None), ("undelivered", code) if code else ("delivered", None)]

    async def _report(self, callback: str, fields: dict[str, str], copies: int) -> None:
        if callback:
            await asyncio.gather(*(self.hooks.post(callback, fields) for _ in range(copies)))


def _word(body: str) -> str:
    return body.strip().casefold()


def _text(sender: str, to: str, body: str, direction: str, status: str) -> Text:
    parts = max(1, segments(body).count)
    return Text(new_sid("SM"), sender, to, body, direction, status, parts, shown=body)
