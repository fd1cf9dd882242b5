"""What the sandbox carrier is told when it starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class SandboxConfig:
    """Settings of one sandbox. Addresses carry no trailing slash; times are in seconds."""

    account_sid: str  # AC and 32 hex digits
    auth_token: str = field(repr=False)
    sender: str = "+8809610000100"  # our number: people text and call it
    rings: str = ""  # our number that turns calls away free of charge and calls back; empty: there is none
    hook_url: str = "http://127.0.0.1:8000"  # where requests to the desk really go
    public_url: str = ""  # what signatures are computed over; empty: the same as hook_url
    desk_url: str = ""  # where a browser finds the desk; empty: public_url
    host: str = "127.0.0.1"
    port: int = 8010
    own_url: str = ""  # where the desk finds this carrier; empty: host and port
    accounts_file: str = ""  # JSON list of demo accounts: role, name, password, does, and perhaps totp_secret
    text_hook: str = "/hooks/twilio-sms/inbound"
    call_hook: str = "/hooks/twilio-voice/inbound"
    call_status_hook: str = "/hooks/twilio-voice/status"  # told when a call has ended; empty: nobody is
    receipt_delay: float = 0.4  # between queued, sent and delivered
    recording_delay: float = 0.4  # until a recording can be fetched
    hook_timeout: float = 15.0  # Twilio waits that long
    retry_after: tuple[float, ...] = (0.5, 2.0)  # pauses before the same request is sent again
    keep: int = 20_000  # texts, numbers and calls remembered; the oldest go first

    @property
    def signed_base(self) -> str:
        """The desk's public address, without a trailing slash."""
        return (self.public_url or self.hook_url).rstrip("/")

    @property
    def carrier_base(self) -> str:
        """This carrier's own address, as the desk reaches it."""
        return (self.own_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def hosts(self) -> list[str]:
        """The names this carrier answers to; any other `Host` is refused, so that no foreign page can steer the phone."""
        return sorted({"127.0.0.1", "localhost", urlsplit(self.carrier_base).hostname or "localhost"})

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> SandboxConfig:
        """Read `SANDBOX_…` variables. Raises `ValueError` with the name of one that is missing or is no number."""
        given: dict[str, str | int | float] = {}
        for name, kind in _VARIABLES.items():
            word = env.get(f"SANDBOX_{name.upper()}", "")
            if word:
                try:
                    given[name] = kind(word)
                except ValueError:
                    raise ValueError(f"SANDBOX_{name.upper()} must be a number.") from None
        for name in ("account_sid", "auth_token"):
            if name not in given:
                raise ValueError(f"SANDBOX_{name.upper()} is not set.")
        return cls(**given)  # type: ignore[arg-type]  # each kind stands in the table below


_VARIABLES: dict[str, type[str] | type[int] | type[float]] = {
    "account_sid": str,
    "auth_token": str,
    "sender": str,
    "rings": str,
    "hook_url": str,
    "public_url": str,
    "desk_url": str,
    "host": str,
    "port": int,
    "own_url": str,
    "accounts_file": str,
    "call_status_hook": str,
    "receipt_delay": float,
    "recording_delay": float,
    "keep": int,
}
