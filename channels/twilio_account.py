"""Our account at Twilio, shared by both of its adapters: what is genuine, asking through the SDK, fetching sound."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterator
from typing import TypeVar
from urllib.parse import parse_qs, parse_qsl, urlsplit

import requests
from starlette.datastructures import ImmutableMultiDict
from twilio.base.exceptions import TwilioException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from channels import outbound, twilio_errors
from channels.contract import HookRequest, Media, SendFailed, Untrusted

Form = ImmutableMultiDict[str, str]
T = TypeVar("T")

API = "https://api.twilio.com"
MOST_BYTES = 20_000_000  # five minutes from a telephone are under 5 MB
_MOST_FIELDS = 200
_MOST_SECONDS = 120.0
_PIECE = 64 * 1024
_SID = "[0-9a-f]{32}"
_OBJECTS = rf"(?:Recordings/RE{_SID}\.wav|Messages/(?:SM|MM){_SID}/Media/ME{_SID})"
_MEDIA_HOSTS = frozenset({"mms.twiliocdn.com", "media.twiliocdn.com"})  # where the API sends us on for pictures
_NO_FETCH = {401: False, 403: False, 404: True, 408: True, 429: True}  # status → can it be there later?


class TwilioAccount:
    """One account: its two tokens during a rotation, of which the first signs our own calls, and where its API is."""

    def __init__(
        self, *, account_sid: str, auth_tokens: tuple[str, ...], api_base: str | None = None, timeout: float = 10.0
    ) -> None:
        """`timeout` is in seconds, for connecting and for each wait. Raises ValueError for a sid or token that is none."""
        if not re.fullmatch(f"AC{_SID}", account_sid) or not auth_tokens or not all(auth_tokens):
            raise ValueError("a Twilio account needs its sid and at least one token")
        self.sid, self.auth_tokens, self._timeout = account_sid, auth_tokens, timeout
        self.root = f"{(api_base or API).rstrip('/')}/2010-04-01/Accounts/{account_sid}"
        self._fetchable = re.compile(f"{re.escape(self.root)}/{_OBJECTS}")
        self._validators = [RequestValidator(token) for token in auth_tokens]
        # The SDK has no timeout of its own, logs addresses of people with each list, and reads the environment.
        http = TwilioHttpClient(timeout=timeout, logger=logging.Logger("silent", logging.CRITICAL + 1))
        http.session.trust_env = False
        self._client = Client(account_sid, auth_tokens[0], http_client=http, environment={"TWILIO_REGION": ""})
        self._client.api.base_url = (api_base or API).rstrip("/")
        self._sound = outbound.open_session()

    def genuine(self, request: HookRequest) -> Form:
        """The fields of a request that Twilio signed for our account. Raises `Untrusted` (I32).

        The address is ours, the algorithm is ours; what the request says about either is not read.
        """
        try:
            pairs = parse_qsl(
                request.body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
            )
            form = ImmutableMultiDict(pairs)
            signature = request.headers.get("x-twilio-signature", "")
            signed = any(validator.validate(request.url, form, signature) for validator in self._validators)
        except Exception:  # whatever the SDK trips over did not come from Twilio
            signed = False
        if not signed:
            raise Untrusted("not signed by Twilio")
        if one(form, "AccountSid", f"AC{_SID}") != self.sid:
            raise Untrusted("not our account")
        return form

    def ask(self, call: Callable[[Client], T]) -> T:
        """Make one call through the SDK. Raises `SendFailed`, which carries nothing of the call: no number, no words."""
        try:
            return call(self._client)
        except TwilioException as error:
            failed = twilio_errors.read_refusal(error)
        except requests.exceptions.RequestException as error:
            failed = outbound.read_silence(error)
        except Exception:  # an answer that the SDK could not read: it may have been a yes
            failed = SendFailed("an answer that cannot be read", retry=True, unknown=True)
        raise failed  # out here, so that no cause hangs on it

    def fetch(self, media: Media) -> Iterator[bytes]:
        """The bytes of a recording or picture of this account, in pieces. Raises `SendFailed`.

        Only the account's own objects are fetched, wherever the address came from; a picture may lead on to Twilio's
        own stores, which get no password.
        """
        if not self._fetchable.fullmatch(media.url):
            raise SendFailed("not a place that we fetch from", retry=False)
        answer = self._get(media.url, (self.sid, self.auth_tokens[0]))
        if answer.is_redirect:
            answer.close()
            there = urlsplit(answer.headers["location"])
            if there.scheme != "https" or there.netloc not in _MEDIA_HOSTS:
                raise SendFailed("not a place that we fetch from", retry=False)
            answer = self._get(there.geturl(), None)
        if answer.status_code != 200:
            answer.close()
            raise SendFailed(
                f"not there ({answer.status_code})", retry=_NO_FETCH.get(answer.status_code, answer.status_code >= 500)
            )
        return self._pieces(answer)

    def _get(self, url: str, password: tuple[str, str] | None) -> requests.Response:
        return outbound.ask(self._sound, "GET", url, auth=password, timeout=self._timeout, stream=True)

    def _pieces(self, answer: requests.Response) -> Iterator[bytes]:
        size, until = 0, time.monotonic() + _MOST_SECONDS
        failed = None
        with answer:
            try:
                for piece in answer.iter_content(_PIECE):
                    size += len(piece)
                    if size > MOST_BYTES:
                        raise SendFailed("too large", retry=False)
                    if time.monotonic() > until:
                        raise SendFailed("too slow", retry=True)
                    yield piece
            except requests.exceptions.RequestException:
                failed = SendFailed("broke off", retry=True)
        if failed:
            raise failed


def one(form: Form, name: str, pattern: str) -> str:
    """The value of a field that must stand exactly once, in its strict format. Raises `Untrusted`."""
    values = form.getlist(name)
    if len(values) != 1 or not re.fullmatch(pattern, values[0]):
        raise Untrusted(f"{name} is not as Twilio sends it")
    return values[0]


def query(request: HookRequest, name: str, pattern: str) -> str | None:
    """A value that we ourselves put into a hook's address, or None. Raises `Untrusted` for one that we would not."""
    values = parse_qs(urlsplit(request.url).query, keep_blank_values=True).get(name, [])
    if len(values) > 1 or not all(re.fullmatch(pattern, value) for value in values):
        raise Untrusted(f"{name} is not as we wrote it")
    return values[0] if values else None
