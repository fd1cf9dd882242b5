"""What Twilio's error codes mean for a reply: one table, for refusals at once and for receipts that come later."""

from __future__ import annotations

import json
from collections.abc import Mapping

from twilio.base.exceptions import TwilioException

from channels.contract import Fate, SendFailed

FATES: Mapping[int, tuple[Fate, str]] = {
    20003: (Fate.SETUP, "setup: credentials refused"),
    20404: (Fate.SETUP, "setup: not found at the provider"),
    20429: (Fate.LATER, "too many at once"),
    21211: (Fate.FINAL, "not a number that can be reached"),
    21408: (Fate.SETUP, "setup: this country is not allowed"),
    21606: (Fate.SETUP, "setup: our number cannot send"),
    21610: (Fate.OPTED_OUT, "the number has opted out"),
    21612: (Fate.SETUP, "setup: no route to this number"),
    21614: (Fate.FINAL, "not a mobile number"),
    21617: (Fate.FINAL, "too long"),
    21635: (Fate.FINAL, "a landline"),
    30001: (Fate.LATER, "too many waiting"),
    30002: (Fate.SETUP, "setup: account suspended"),
    30003: (Fate.LATER, "phone off or out of reach"),
    30004: (Fate.FINAL, "blocked"),
    30005: (Fate.FINAL, "number unknown or closed"),
    30006: (Fate.FINAL, "a landline or a carrier out of reach"),
    30007: (Fate.SETUP, "setup: filtered by the carrier"),
    30008: (Fate.ONCE_MORE, "failed for an unknown reason"),
    30034: (Fate.SETUP, "setup: our number is not registered"),
}
_BY_STATUS: Mapping[int, tuple[Fate, str]] = {
    401: (Fate.SETUP, "setup: credentials refused"),
    403: (Fate.SETUP, "setup: not allowed"),
    429: (Fate.LATER, "too many at once"),
}
_REFUSED = (Fate.FINAL, "refused by the provider")


def fate_of(code: int | None) -> Fate:
    """What may be done after a receipt with this code. A code we don't know is final."""
    return FATES.get(code or 0, _REFUSED)[0]


def read_refusal(error: TwilioException) -> SendFailed:
    """The provider answered, and it was no. Its own words are dropped: they repeat the number."""
    status, code = _status_and_code(error)
    if status is None:
        return SendFailed("an answer that cannot be read", retry=True, unknown=True)
    if status >= 500:
        return SendFailed(f"the provider has trouble ({status})", retry=True, unknown=True)
    fate, why = FATES.get(code) or _BY_STATUS.get(status) or _REFUSED
    return SendFailed(f"{why} ({code or status})", retry=fate in {Fate.LATER, Fate.ONCE_MORE}, fate=fate)


def _status_and_code(error: TwilioException) -> tuple[int | None, int]:
    """The SDK has three ways to say no; a refused list comes with the bare response."""
    if hasattr(error, "status"):
        return int(error.status), int(error.code or 0)
    response = error.args[1] if len(error.args) > 1 else None
    if response is None:
        return None, 0
    try:
        return int(response.status_code), int(json.loads(response.text)["code"])
    except (ValueError, KeyError, TypeError):
        return int(response.status_code), 0
