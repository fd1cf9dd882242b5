"""One HTTP request to a provider, whose failure says whether it can have arrived and nothing of what was in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from channels.contract import Fate, SendFailed


def open_session() -> requests.Session:
    """A session that reads no proxy, password or certificate from the environment."""
    session = requests.Session()
    session.trust_env = False
    return session


def ask(
    session: requests.Session,
    method: str,
    url: str,
    *,
    timeout: float,
    auth: tuple[str, str] | None = None,
    params: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    json: Mapping[str, Any] | None = None,
    stream: bool = False,
) -> requests.Response:
    """Ask without following redirects; `timeout` in seconds, for connecting and for each wait. Raises `SendFailed`."""
    try:
        return session.request(
            method, url, params=params, data=form, json=json, auth=auth, timeout=timeout, stream=stream,
            allow_redirects=False,
        )  # fmt: skip
    except requests.exceptions.RequestException as error:
        failed = read_silence(error)
    raise failed  # out here, so that no traceback carries a number or words


def read_silence(error: requests.exceptions.RequestException) -> SendFailed:
    """A failure for staff. Only where no connection ever stood do we know that the provider took nothing (I5)."""
    cause = error.args[0] if error.args else None
    if isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError | ConnectTimeoutError):
        return SendFailed("the provider cannot be reached", retry=True)
    return SendFailed("no answer from the provider", retry=True, unknown=True)


def read_refusal(status: int) -> SendFailed:
    """A refusal of which we know only the HTTP status."""
    why, retry, unknown = _STATUSES.get(status, ("refused by the provider", False, False))
    if status >= 500:
        why, retry, unknown = "the provider has trouble", True, True
    fate = Fate.SETUP if status in _SETUP else None
    return SendFailed(f"{why} ({status})", retry=retry, unknown=unknown, fate=fate)


_SETUP = frozenset({401, 402, 403, 404})
_STATUSES: Mapping[int, tuple[str, bool, bool]] = {  # status → why, can trying again help, may it have been taken
    401: ("setup: credentials refused", False, False),
    402: ("setup: no credit", False, False),
    403: ("setup: not allowed", False, False),
    404: ("setup: not found at the provider", False, False),
    408: ("no answer from the provider", True, True),
    429: ("too many at once", True, False),
}
