"""Text messages through an Android phone that relays them (the app "SMS Gateway for Android"), where no carrier does."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from channels import decoding, outbound, phone
from channels.contract import (
    Answer,
    ChannelName,
    Delivery,
    Envelope,
    Fate,
    Heard,
    HookRequest,
    Inbound,
    Media,
    Receipt,
    SendFailed,
    Unreadable,
    Untrusted,
)

_OLDEST, _EARLY = timedelta(days=3), timedelta(minutes=10)  # the app tries again for two days; phones' clocks drift
_REFERENCE = "[A-Za-z0-9_.-]{1,64}"
_DONE = Answer("", "text/plain")

RECEIPTS: Mapping[str, Delivery] = {
    "sms:sent": Delivery.SENT,
    "sms:delivered": Delivery.DELIVERED,
    "sms:failed": Delivery.FAILED,
}
_NO_NEWS = frozenset({"system:ping"})
_CODE = re.compile(r"RESULT_[A-Z_]{1,60}")
# Android's words for a failure that passes: no signal, radio off, the hourly limit of a SIM.
_PASSING = frozenset(
    {
        "RESULT_ERROR_NO_SERVICE",
        "RESULT_ERROR_RADIO_OFF",
        "RESULT_ERROR_LIMIT_EXCEEDED",
        "RESULT_NETWORK_ERROR",
        "RESULT_RADIO_NOT_AVAILABLE",
    }
)


class Relay:
    """The relay adapter. Hook: `events` (a text came; what became of ours). Our reference is the message's id there, so
    the same reply handed over twice is one text."""

    name = "android-relay"
    channel = ChannelName.SMS
    hooks = frozenset({"events"})
    methods = frozenset({"POST"})
    says_thanks = False

    def __init__(
        self,
        *,
        signing_keys: tuple[str, ...],
        devices: Sequence[str],
        send_url: str,
        login: tuple[str, str],
        region: str,
        timeout: float = 10.0,
    ) -> None:
        """`signing_keys` are two while one replaces the other; `devices` the ids of our phones; `send_url` the address of
        the relay's list of messages; `region` completes numbers that arrive without their country ("BD")."""
        if not signing_keys or not all(signing_keys) or not devices or not all(devices):
            raise ValueError("a relay needs a signing key and the id of its phone")
        self._keys = tuple(key.encode() for key in signing_keys)
        self._devices, self._region = frozenset(devices), region
        self._send_url, self._login, self._timeout = send_url.rstrip("/"), login, timeout
        self._session = outbound.open_session()

    def hear(self, request: HookRequest) -> Heard:
        """Check and translate one event of our phone. Raises `Untrusted` or `Unreadable`."""
        key = self._genuine(request)
        try:
            event: Any = json.loads(request.body, object_pairs_hook=_once)
            device, kind, payload = event["deviceId"], event["event"], event["payload"]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise Unreadable("not an event of the relay") from None
        if device not in self._devices:
            raise Untrusted("not our phone")
        if kind in _NO_NEWS:
            return Heard(answer=_DONE)
        if not isinstance(payload, dict) or kind not in {*RECEIPTS, "sms:received"}:
            raise Unreadable("an event that we have no word for")
        return self._receipt(request, kind, payload) if kind in RECEIPTS else self._text(request, key, device, payload)

    def send(self, envelope: Envelope) -> str:
        """Hand a reply to the relay, under our own reference. Raises `SendFailed`."""
        asked = {
            "id": envelope.reply,
            "textMessage": {"text": envelope.text},
            "phoneNumbers": [envelope.address],
            "withDeliveryReport": True,
        }
        answer = outbound.ask(
            self._session, "POST", self._send_url, json=asked, auth=self._login, timeout=self._timeout
        )
        if answer.status_code not in {200, 201, 202, 409}:  # 409: it has this one already
            raise outbound.read_refusal(answer.status_code)
        return envelope.reply

    def look_up(self, envelope: Envelope) -> str | None:
        """Our reference where the relay knows it, or None. Raises `SendFailed`."""
        address = f"{self._send_url}/{envelope.reply}"
        answer = outbound.ask(self._session, "GET", address, auth=self._login, timeout=self._timeout)
        if answer.status_code not in {200, 404}:
            raise outbound.read_refusal(answer.status_code)
        return envelope.reply if answer.status_code == 200 else None

    def fetch(self, media: Media) -> Iterator[bytes]:
        """A relayed text carries no sound. Always raises `SendFailed`."""
        raise SendFailed("nothing to fetch on this channel", retry=False)

    def _genuine(self, request: HookRequest) -> bytes:
        """The key that signed this request. Raises `Untrusted`."""
        signature, stamp = request.headers.get("x-signature", ""), request.headers.get("x-timestamp", "")
        if not re.fullmatch("[0-9]{1,11}", stamp):
            raise Untrusted("no time of signing")
        for key in self._keys:
            ours = hmac.new(key, request.body + stamp.encode(), hashlib.sha256).hexdigest()
            if hmac.compare_digest(ours.encode(), signature.lower().encode()):
                break
        else:
            raise Untrusted("not signed by our phone")
        if not -_EARLY <= request.at - datetime.fromtimestamp(int(stamp), UTC) <= _OLDEST:
            raise Untrusted("signed too long ago")
        return key

    def _text(self, request: HookRequest, key: bytes, device: str, payload: Mapping[str, Any]) -> Heard:
        sender, text, arrived = (payload.get(name) for name in ("phoneNumber", "message", "receivedAt"))
        if not isinstance(sender, str) or not isinstance(text, str) or not isinstance(arrived, str) or not arrived:
            raise Unreadable("a text without its sender, words or time")
        if not _is_whole(sender + text):
            raise Unreadable("half a character")
        # The app's own ids are new on a repeat or shared by equal texts. Keyed, so that a seized database cannot be
        # searched for a number.
        same = json.dumps([device, sender, arrived, text, payload.get("simNumber")]).encode()
        address = phone.parse(sender, self._region)
        message = Inbound(
            adapter=self.name,
            provider_ref=hmac.new(key, same, hashlib.sha256).hexdigest()[:40],
            channel=self.channel,
            received_at=request.at,
            address=address,
            text=decoding.readable(text),
            facts={} if address else {"sender": sender},
            raw=request.body,
        )
        return Heard((message,), answer=_DONE)

    def _receipt(self, request: HookRequest, kind: str, payload: Mapping[str, Any]) -> Heard:
        reply = payload.get("messageId")
        if not isinstance(reply, str) or not re.fullmatch(_REFERENCE, reply):
            raise Unreadable("a receipt of nothing that we sent")
        found = _CODE.search(str(payload.get("reason", ""))) if kind == "sms:failed" else None
        code = found[0] if found else None
        fate = (Fate.LATER if code in _PASSING else Fate.FINAL) if kind == "sms:failed" else None
        receipt = Receipt(self.name, reply, RECEIPTS[kind], request.at, reply, code, fate)
        return Heard(receipts=(receipt,), answer=_DONE)


def _is_whole(text: str) -> bool:
    """Whether a text from JSON can be kept: half of a surrogate pair cannot."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object whose names stand once each. Raises ValueError."""
    known = dict(pairs)
    if len(known) != len(pairs):
        raise ValueError("a name stands twice")
    return known
