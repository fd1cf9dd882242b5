"""What it means when a provider does not answer: whether it can have taken what we sent."""

from __future__ import annotations

import requests
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from channels.contract import SendFailed


def read_silence(error: requests.exceptions.RequestException) -> SendFailed:
    """A failure for staff. Only where no connection ever stood do we know that the provider took nothing (I5)."""
    cause = error.args[0] if error.args else None
    if isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError | ConnectTimeoutError):
        return SendFailed("the provider cannot be reached", retry=True)
    return SendFailed("no answer from the provider", retry=True, unknown=True)
