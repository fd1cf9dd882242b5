"""Text messages through an aggregator that speaks plain HTTP and signs nothing; its words are a `Dialect`."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_address, ip_network
from urllib.parse import parse_qsl, urlencode, urlsplit

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
    Part,
    Receipt,
    SendFailed,
    Unreadable,
    Untrusted,
)
from channels.dialect import Dialect
from channels.text import Alphabet, segments

_SECRET = re.compile("[A-Za-z0-9_-]{24,128}")  # fits in an address without escapes
_REFERENCE = re.compile("[A-Za-z0-9_.-]{1,64}")
_IDENTITY = re.compile(r"[\x21-\x7e]{1,128}")
_OURS = frozenset({"key", "reply"})  # fields that we ourselves put into the hook's address
_CODINGS = {Alphabet.GSM7: "0", Alphabet.UCS2: "2"}


class Aggregator:
    """The aggregator adapter. Hooks: `inbound` (a text came), `status` (what became of ours).

    Without a signature it takes two things to be believed: a shared secret, and one of the provider's own addresses.
    """

    name = "aggregator"
    channel = ChannelName.SMS
    hooks = frozenset({"inbound", "status"})
    methods = frozenset({"GET", "POST"})  # Kannel calls with GET
    says_thanks = False

    def __init__(
        self,
        *,
        dialect: Dialect,
        secrets: tuple[str, ...],
        networks: Sequence[str],
        numbers: Sequence[str],
        public_url: str,
        send_url: str,
        login: Mapping[str, str],
        region: str,
        timeout: float = 10.0,
    ) -> None:
        """`secrets` are two while one replaces the other, the first is given out; `networks` are the provider's ("192.0.2.0/28");
        `numbers` ours as it writes them, the first one sends; `login` the fields that it knows us by; `region` completes numbers
        without their country ("BD"). Raises ValueError for what would let anyone in."""
        if not secrets or not all(_SECRET.fullmatch(secret) for secret in secrets) or not networks or not numbers:
            raise ValueError("an aggregator needs a secret of 24 letters or more, its addresses and a number of ours")
        self._dialect, self._secrets, self._numbers = dialect, secrets, tuple(numbers)
        self._networks = [ip_network(network) for network in networks]
        self._public_url, self._send_url, self._login = public_url.rstrip("/"), send_url, dict(login)
        self._region, self._timeout = region, timeout
        self._answer = Answer(dialect.thanks, "text/plain")
        self._session = outbound.open_session()

    def hear(self, request: HookRequest) -> Heard:
        """Check and translate one call of the provider. Raises `Untrusted` or `Unreadable`."""
        self._check(request)
        fields = _fields(request, self._dialect)
        return self._status(request, fields) if request.hook == "status" else self._inbound(request, fields)

    def send(self, envelope: Envelope) -> str:
        """Hand a reply to the provider; returns its reference, or ours where it gives none. Raises `SendFailed`."""
        said = {
            "to": envelope.address,
            "sender": self._numbers[0],
            "text": envelope.text,
            "reply": envelope.reply,
            "receipts": self._receipts(envelope.reply),
            "coding": _CODINGS[segments(envelope.text).alphabet],
        }
        asked = {name: words.format_map(said) for name, words in self._dialect.send.items()} | self._login
        way = self._dialect.send_as
        answer = outbound.ask(
            self._session,
            "GET" if way == "query" else "POST",
            self._send_url,
            params=asked if way == "query" else None,
            form=asked if way == "form" else None,
            json=asked if way == "json" else None,
            timeout=self._timeout,
        )
        taken = re.search(self._dialect.taken, answer.text)
        if answer.status_code < 300 and taken:
            return taken.groupdict().get("ref") or envelope.reply
        for pattern, why, fate in self._dialect.refusals:
            if re.search(pattern, answer.text):
                raise SendFailed(why, retry=fate in {Fate.LATER, Fate.ONCE_MORE}, fate=fate)
        if answer.status_code < 300:
            raise SendFailed("an answer that cannot be read", retry=True, unknown=True)
        raise outbound.read_refusal(answer.status_code)

    def look_up(self, envelope: Envelope) -> str | None:
        """Such a provider keeps no list: whether to say it again is for a person. Always raises `SendFailed`."""
        raise SendFailed("this provider cannot be asked", retry=False, unknown=True)

    def fetch(self, media: Media) -> Iterator[bytes]:
        """A text carries no sound here. Always raises `SendFailed`."""
        raise SendFailed("nothing to fetch on this channel", retry=False)

    def _check(self, request: HookRequest) -> None:
        given = [value for name, value in [*_query(request), *request.headers.items()] if name in {"key", "x-hook-key"}]
        if len(given) != 1 or not any(hmac.compare_digest(given[0].encode(), one.encode()) for one in self._secrets):
            raise Untrusted("not our secret")
        try:
            peer = ip_address(request.peer)
        except ValueError:
            raise Untrusted("from no address") from None
        peer = getattr(peer, "ipv4_mapped", None) or peer
        if not any(peer in network for network in self._networks):
            raise Untrusted("not from the provider's addresses")

    def _inbound(self, request: HookRequest, fields: dict[str, str]) -> Heard:
        dialect = self._dialect
        if not {dialect.message_id, dialect.sender, dialect.text} <= set(fields):
            raise Unreadable("a text without its id, sender or words")
        if not _IDENTITY.fullmatch(fields[dialect.message_id]):
            raise Unreadable("a text without an id")
        if dialect.receiver and fields.get(dialect.receiver) not in self._numbers:
            raise Unreadable("sent to a number that is not in our settings")
        sender = fields[dialect.sender]
        address = phone.parse(sender, self._region)
        message = Inbound(
            adapter=self.name,
            provider_ref=fields[dialect.message_id],
            channel=self.channel,
            received_at=request.at,
            address=address,
            text=decoding.readable(fields[dialect.text]),
            part=self._part(fields),
            facts={} if address else {"sender": sender},
            raw=json.dumps(fields).encode(),  # what came may stand in the address, which carries our secret
        )
        return Heard((message,), answer=self._answer)

    def _part(self, fields: Mapping[str, str]) -> Part | None:
        said = [fields.get(name, "") for name in self._dialect.part] if self._dialect.part else []
        if not all(re.fullmatch("[0-9]{1,3}", one) for one in said[1:]) or not any(said):
            return None
        number, total = int(said[1]), int(said[2])
        return Part(said[0][:64], number, total) if 1 <= number <= total and total > 1 else None

    def _status(self, request: HookRequest, fields: dict[str, str]) -> Heard:
        replies = [value for name, value in _query(request) if name == "reply"]
        if len(replies) > 1 or not all(_REFERENCE.fullmatch(reply) for reply in replies):
            raise Untrusted("a reference that we would not write")
        word, theirs = fields.get(self._dialect.status, ""), fields.get(self._dialect.receipt_of, "")
        if word not in self._dialect.statuses or not (replies or _IDENTITY.fullmatch(theirs)):
            raise Unreadable("a status that we have no word for, or of nothing that we sent")
        delivery = self._dialect.statuses[word]
        if delivery is None:
            return Heard(answer=self._answer)
        reply = replies[0] if replies else None
        lost = delivery is Delivery.FAILED
        code = word if lost and re.fullmatch(r"\w{1,32}", word) else None
        fate = self._dialect.fates.get(word, Fate.FINAL) if lost else None
        receipt = Receipt(self.name, theirs or reply or "", delivery, request.at, reply, code, fate)
        return Heard(receipts=(receipt,), answer=self._answer)

    def _receipts(self, reply: str) -> str:
        state = {"reply": reply} | ({"key": self._secrets[0]} if self._dialect.secret_in_url else {})
        return f"{self._public_url}/hooks/{self.name}/status?{urlencode(state)}"


def _query(request: HookRequest) -> list[tuple[str, str]]:
    """What stands in the address, a letter for each byte. Raises `Untrusted`: it is read before we know who asks."""
    try:
        return _pairs(urlsplit(request.url).query)
    except ValueError:
        raise Untrusted("an address that is no text") from None


def _fields(request: HookRequest, dialect: Dialect) -> dict[str, str]:
    """What the provider says, in its address, a form or a flat JSON object. Raises `Unreadable`."""
    pairs = [(name, value) for name, value in _query(request) if name not in _OURS]
    told: list[tuple[str, str]] = []
    try:
        if request.headers.get("content-type", "").startswith("application/json"):
            found = json.loads(request.body, object_pairs_hook=list)
            told = [(str(name), value if isinstance(value, str) else json.dumps(value)) for name, value in found]
        else:
            pairs += _pairs(request.body.decode("latin-1"))
        two_bytes = (dialect.coding, "2") in pairs
        for name, value in pairs:
            utf16 = two_bytes and name == dialect.text
            told.append((_read(name), value.encode("latin-1").decode("utf-16-be") if utf16 else _read(value)))
        known = {decoding.whole(name): decoding.whole(value) for name, value in told}
    except (ValueError, TypeError, RecursionError):
        raise Unreadable("neither a form nor an object that we can read") from None
    if len(known) != len(told):
        raise Unreadable("a field that stands twice")
    return known


def _pairs(written: str) -> list[tuple[str, str]]:
    """The fields of a form, a letter for each byte: only the provider's own words tell how they are to be read."""
    return parse_qsl(written, keep_blank_values=True, encoding="latin-1", max_num_fields=100)


def _read(letters: str) -> str:
    """UTF-8, also where a character beyond the basic plane comes as two halves. Raises ValueError."""
    return letters.encode("latin-1").decode("utf-8", "surrogatepass")
