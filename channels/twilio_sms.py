"""Text messages through Twilio."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from twilio.twiml.messaging_response import MessagingResponse

from channels import decoding, phone, twilio_copies, twilio_errors
from channels.contract import (
    Answer,
    ChannelName,
    Copy,
    Delivery,
    Envelope,
    Heard,
    HookRequest,
    Inbound,
    Media,
    Receipt,
    SendFailed,
    Unreadable,
)
from channels.twilio_account import Form, TwilioAccount, one, query

_MESSAGE = "(?:SM|MM)[0-9a-f]{32}"
_PARTY = r"[^\x00-\x1f\x7f]{1,64}"  # a number, a short code, a sender's name, another network's handle
_PICTURE = re.compile(r".*/Media/(ME[0-9a-f]{32})")
_MEDIA_TYPE = re.compile(r"[\w.+-]{1,64}/[\w.+-]{1,64}")
_CLOCKS = timedelta(seconds=30)  # how far Twilio's clock and ours may stand apart
_MOST_LISTED = 200
_OPTED = {"STOP": False, "START": True}  # Twilio keeps a list of its own; HELP is a text like any other

# Every word that Twilio has for a message; None is no news yet. They come in any order, the desk ranks them (I6).
RECEIPTS: Mapping[str, Delivery | None] = {
    "accepted": None,
    "scheduled": None,
    "queued": None,
    "sending": None,
    "receiving": None,
    "received": None,
    "sent": Delivery.SENT,
    "partially_delivered": Delivery.SENT,
    "delivered": Delivery.DELIVERED,
    "read": Delivery.DELIVERED,
    "undelivered": Delivery.FAILED,
    "failed": Delivery.FAILED,
    "canceled": Delivery.FAILED,
}
_FAILED = frozenset(word for word, news in RECEIPTS.items() if news is Delivery.FAILED)


class TwilioSms:
    """The text adapter. Hooks: `inbound` (a text came), `status` (what became of ours)."""

    name = "twilio-sms"
    channel = ChannelName.SMS
    hooks = frozenset({"inbound", "status"})
    methods = frozenset({"POST"})
    says_thanks = True

    def __init__(
        self,
        *,
        account_sid: str,
        auth_tokens: tuple[str, ...],
        numbers: Sequence[str],
        public_url: str,
        acknowledgement: str | None = None,
        api_base: str | None = None,
        timeout: float = 10.0,
    ) -> None:
        """`numbers` are ours in E.164, the first one sends; `acknowledgement` are the uniform words of decision 7."""
        if not numbers:
            raise ValueError("Twilio texts need at least one number of ours")
        self._account = TwilioAccount(
            account_sid=account_sid, auth_tokens=auth_tokens, api_base=api_base, timeout=timeout
        )
        self._numbers, self._public_url = tuple(numbers), public_url.rstrip("/")
        self._answer = Answer(str(MessagingResponse()))
        self._acknowledged = Answer(_say(acknowledgement)) if acknowledgement else None

    def hear(self, request: HookRequest) -> Heard:
        """Check and translate one call of Twilio. Raises `Untrusted` or `Unreadable`."""
        form = self._account.genuine(request)
        return self._status(request, form) if request.hook == "status" else self._inbound(request, form)

    def send(self, envelope: Envelope) -> str:
        """Hand a reply to Twilio and return its MessageSid. Raises `SendFailed`."""
        hook = f"{self._public_url}/hooks/{self.name}/status?{urlencode({'reply': envelope.reply})}"
        taken = self._account.ask(
            lambda client: client.messages.create(
                to=envelope.address, from_=self._numbers[0], body=envelope.text, status_callback=hook
            )
        )
        if not taken.sid:
            raise SendFailed("an answer that cannot be read", retry=True, unknown=True)
        return str(taken.sid)

    def look_up(self, envelope: Envelope) -> str | None:
        """The MessageSid of a reply that Twilio may have taken since `envelope.since`. Raises `SendFailed`."""
        return self._account.ask(lambda client: self._find(client, envelope))

    def fetch(self, media: Media) -> Iterator[bytes]:
        """The bytes of a picture. Raises `SendFailed`."""
        return self._account.fetch(media)

    def list_inbound(self, since: datetime) -> Iterator[Inbound]:
        """The texts that Twilio took for us since then. Raises `SendFailed`."""
        for text, pictures in twilio_copies.received(self._account, self._numbers, since):
            media = tuple(self._picture(text.sid, one.sid, one.content_type or "") for one in pictures)
            raw = json.dumps({"sid": text.sid, "from": text.from_, "to": text.to, "body": text.body}).encode()
            at = text.date_sent or text.date_created or since
            yield self._message(text.sid, text.from_ or "", text.body or "", received_at=at, media=media, raw=raw)

    def list_copies(self, before: datetime) -> Iterator[Copy]:
        """Every text that Twilio still keeps. Raises `SendFailed`."""
        return twilio_copies.texts(self._account, self._numbers, before)

    def delete(self, copy: Copy) -> None:
        """Empty and delete a text and its pictures. Raises `SendFailed`."""
        twilio_copies.delete(self._account, copy)

    def _inbound(self, request: HookRequest, form: Form) -> Heard:
        sid, sender, to = one(form, "MessageSid", _MESSAGE), one(form, "From", _PARTY), one(form, "To", _PARTY)
        bodies = form.getlist("Body")
        if to not in self._numbers:
            raise Unreadable("sent to a number that is not in our settings")
        if sender in self._numbers:
            raise Unreadable("sent by our own number")
        if len(bodies) != 1:
            raise Unreadable("no body, or more than one")
        message = self._message(
            sid,
            sender,
            bodies[0],
            received_at=request.at,
            media=tuple(self._media(sid, form)),
            opted=_OPTED.get(form.get("OptOutType", "")),
            raw=request.body,
        )
        return Heard((message,), answer=self._answer, acknowledged=self._acknowledged if message.address else None)

    def _message(self, sid: str, sender: str, body: str, **more: Any) -> Inbound:
        address = phone.parse(sender) if sender.startswith("+") else None
        # A short code or a name can't be answered (R6); a person should still see who it was.
        facts = {} if address else {"sender": sender}
        text = decoding.readable(body)
        return Inbound(self.name, sid, self.channel, address=address, text=text, facts=facts, **more)

    def _media(self, message: str, form: Form) -> Iterator[Media]:
        count = form.get("NumMedia", "0")
        if not re.fullmatch("[0-9]{1,2}", count):
            raise Unreadable("pictures that cannot be counted")
        for index in range(int(count)):
            picture = _PICTURE.fullmatch(form.get(f"MediaUrl{index}", ""))
            if not picture:
                raise Unreadable("a picture without an address")
            kind = form.get(f"MediaContentType{index}", "")
            yield self._picture(message, picture[1], kind)

    def _picture(self, message: str, sid: str, kind: str) -> Media:
        url = f"{self._account.root}/Messages/{message}/Media/{sid}"  # never a host from outside
        return Media(sid, url, kind if _MEDIA_TYPE.fullmatch(kind) else "application/octet-stream")

    def _status(self, request: HookRequest, form: Form) -> Heard:
        sid, word = one(form, "MessageSid", _MESSAGE), one(form, "MessageStatus", "[a-z_]{1,32}")
        reply = query(request, "reply", "[A-Za-z0-9_.-]{1,64}")
        if word not in RECEIPTS:
            raise Unreadable("a status that we have no word for")
        delivery = RECEIPTS[word]
        if delivery is None:
            return Heard()
        code = form.get("ErrorCode", "")
        code = code if re.fullmatch("[1-9][0-9]{0,5}", code) else ""
        fate = twilio_errors.fate_of(int(code or 0)) if delivery is Delivery.FAILED else None
        to = phone.parse(form.get("To", ""))
        return Heard(receipts=(Receipt(self.name, sid, delivery, request.at, reply, code or None, fate, to),))

    def _find(self, client: Any, envelope: Envelope) -> str | None:
        # Newest first. Twilio's own date filter counts days and leaves out what it has not sent yet.
        for message in client.messages.stream(to=envelope.address, limit=_MOST_LISTED):
            if message.date_created and message.date_created < envelope.since - _CLOCKS:
                return None
            if message.status in _FAILED:  # an earlier try of the same words
                continue
            if message.body == envelope.text and message.from_ in self._numbers:
                return str(message.sid)
        return None


def _say(words: str) -> str:
    response = MessagingResponse()
    response.message(words)
    return str(response)
