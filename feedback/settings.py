"""Every variable of an installation, listed once; nothing else reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path


class BadSettings(Exception):  # noqa: N818 - shown to the operator as it is
    """A variable is missing or wrong; the text names it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings, each from the variable FEEDBACK_<NAME>. See `DOCS` for what each one is for."""

    key_file: Path
    database_url: str = ""
    database_url_file: Path | None = None
    public_url: str = "http://localhost:8000"
    response: str = "coxs_bazar"
    redis_url: str = ""
    lanes: int = 1
    demo: bool = False
    twilio_account_sid: str = ""
    twilio_auth_token_file: Path | None = None
    twilio_numbers: tuple[str, ...] = ()
    missed_call_numbers: tuple[str, ...] = ()
    calls_a_second: float = 1.0
    twilio_api_base: str = ""
    sandbox_url: str = ""
    aggregator_url: str = ""
    aggregator_dialect: str = "kannel"
    aggregator_secret_file: Path | None = None
    aggregator_login_file: Path | None = None
    aggregator_networks: tuple[str, ...] = ()
    aggregator_numbers: tuple[str, ...] = ()
    relay_url: str = ""
    relay_key_file: Path | None = None
    relay_login_file: Path | None = None
    relay_devices: tuple[str, ...] = ()
    region: str = "BD"
    texts_a_second: float = 1.0
    text_price: float = 0.0
    models: Path | None = None
    acknowledge: str = "immediate"
    acknowledge_language: str = "en"
    bind: str = "127.0.0.1:8000"
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    trusted_proxies: str = "127.0.0.1"
    renew_key_days: int = 7
    request_days: int = 30
    forgotten_file: Path | None = None
    log_level: str = "info"

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Settings:
        """Read the variables. Raises `BadSettings` with the name of what is missing, unknown or wrong."""
        known = {f"FEEDBACK_{field.name.upper()}": field for field in fields(cls)}
        unknown = sorted(name for name in env if name.startswith("FEEDBACK_") and name not in known)
        if unknown:
            raise BadSettings(f"Unknown variable: {', '.join(unknown)}")
        given = {field.name: _read(name, str(field.type), env[name]) for name, field in known.items() if name in env}
        if "key_file" not in given:
            raise BadSettings("Missing: FEEDBACK_KEY_FILE")
        if ("database_url" in given) == ("database_url_file" in given):
            raise BadSettings("Set one of FEEDBACK_DATABASE_URL and FEEDBACK_DATABASE_URL_FILE")
        settings = cls(**given)  # type: ignore[arg-type]  # _read gives each field its declared type
        if settings.database_url_file is not None:
            settings = replace(settings, database_url=settings.database_url_file.read_text(encoding="utf-8").strip())
        settings._check()
        return settings

    def auth_tokens(self) -> tuple[str, ...]:
        """Twilio's secrets, newest first: one a line, two while they rotate."""
        return self._secrets("twilio_auth_token_file")

    def aggregator_secrets(self) -> tuple[str, ...]:
        """What the aggregator proves itself with, newest first."""
        return self._secrets("aggregator_secret_file")

    def aggregator_login(self) -> dict[str, str]:
        """The fields by which the aggregator knows us, from lines like `password=…`."""
        lines = self._lines("aggregator_login_file")
        if not lines or not all("=" in line for line in lines):
            raise BadSettings("FEEDBACK_AGGREGATOR_LOGIN_FILE must have lines like name=value")
        return dict(line.split("=", 1) for line in lines)

    def relay_keys(self) -> tuple[str, ...]:
        """What the relaying phone signs with, newest first."""
        return self._secrets("relay_key_file")

    def relay_login(self) -> tuple[str, str]:
        """Name and password at the relay, the file's first two lines."""
        lines = self._lines("relay_login_file")
        if len(lines) != 2:
            raise BadSettings("FEEDBACK_RELAY_LOGIN_FILE must have two lines, name and password")
        return lines[0], lines[1]

    def _secrets(self, name: str) -> tuple[str, ...]:
        if getattr(self, name) is None:
            return ()
        lines = self._lines(name)
        if not lines:
            raise BadSettings(f"FEEDBACK_{name.upper()} is empty")
        return tuple(lines[:2])

    def _lines(self, name: str) -> list[str]:
        path: Path = getattr(self, name)
        return [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]

    def _check(self) -> None:
        if self.acknowledge not in ("immediate", "none"):
            raise BadSettings("FEEDBACK_ACKNOWLEDGE must be immediate or none")
        if self.lanes < 1 or (self.lanes > 1 and self.database_url.startswith("sqlite")):
            raise BadSettings("FEEDBACK_LANES must be 1 on SQLite, and at least 1 elsewhere")
        if self.twilio_account_sid and not (self.twilio_auth_token_file and self.twilio_numbers):
            raise BadSettings(
                "FEEDBACK_TWILIO_ACCOUNT_SID needs FEEDBACK_TWILIO_AUTH_TOKEN_FILE and FEEDBACK_TWILIO_NUMBERS"
            )
        for name in (name for first, name in _NEEDS if getattr(self, first) and not getattr(self, name)):
            raise BadSettings(f"Missing: FEEDBACK_{name.upper()}")
        if self.texts_a_second <= 0 or self.text_price < 0:
            raise BadSettings("FEEDBACK_TEXTS_A_SECOND must be above 0, FEEDBACK_TEXT_PRICE not below")
        if self.renew_key_days < 0:
            raise BadSettings("FEEDBACK_RENEW_KEY_DAYS must not be below 0")
        if self.request_days < 1:
            raise BadSettings("FEEDBACK_REQUEST_DAYS must be at least 1")
        if self.calls_a_second <= 0:
            raise BadSettings("FEEDBACK_CALLS_A_SECOND must be above 0")
        if self.demo and (self.aggregator_url or self.relay_url):
            raise BadSettings("A demo speaks to the sandbox carrier only: no aggregator, no relay")
        if self.sandbox_url and not self.demo:
            raise BadSettings("FEEDBACK_SANDBOX_URL goes with FEEDBACK_DEMO only: the sandbox never meets real people")
        to_sandbox = self.sandbox_url and self.twilio_api_base == self.sandbox_url
        if self.demo and self.twilio_account_sid and not to_sandbox:
            raise BadSettings(
                "A demo speaks to the sandbox carrier only: set FEEDBACK_TWILIO_API_BASE to FEEDBACK_SANDBOX_URL"
            )


DOCS = {
    "database_url": "SQLAlchemy address of the database: sqlite:////path/desk.db or postgresql://…",
    "database_url_file": "A file with that address instead, where it holds a password",
    "key_file": "The desk's key file, kept apart from the database and its backups; mode 0400",
    "public_url": "The address under which providers and browsers reach the desk; signatures are checked over it",
    "response": "Name of a shipped response, or the folder of the deployment's own",
    "redis_url": "Address of Valkey (redis://… or unix://…); empty: workers poll the table",
    "lanes": "How many triage lanes run side by side; 1 on SQLite",
    "demo": "1 for an installation to try things in; it can never be switched live",
    "twilio_account_sid": "Twilio account; empty: Twilio's hooks answer 404",
    "twilio_auth_token_file": "File with the auth token, two lines while it rotates (newest first)",
    "twilio_numbers": "Our numbers at Twilio, E.164, separated by commas; the first one sends",
    "missed_call_numbers": "Of our numbers those that turn calls away free of charge and call back, separated by commas",
    "calls_a_second": "How many calls a second we place",
    "twilio_api_base": "Address of Twilio's REST API where it is not the usual one (the sandbox carrier)",
    "sandbox_url": "Address of the sandbox carrier; goes with FEEDBACK_DEMO only",
    "aggregator_url": "Where an aggregator takes our texts; empty: none (docs/channels.md)",
    "aggregator_dialect": "kannel, or the path of a file that says what the aggregator calls things",
    "aggregator_secret_file": "File with the secret that its calls carry, two lines while it changes (newest first)",
    "aggregator_login_file": "File with the fields it knows us by, lines like username=…",
    "aggregator_networks": "The addresses its calls come from (192.0.2.0/28), separated by commas",
    "aggregator_numbers": "Our numbers there as it writes them, separated by commas; the first one sends",
    "relay_url": "Where the relaying phone takes our texts (…/messages); empty: none",
    "relay_key_file": "File with the key that the phone signs with, two lines while it changes (newest first)",
    "relay_login_file": "File with name and password at the relay, one a line",
    "relay_devices": "Ids of our relaying phones, separated by commas",
    "region": "Two letters of the country whose numbers arrive without their country",
    "texts_a_second": "Segments a second that one of our numbers may send",
    "text_price": "What one segment costs, in the money that staff count in; shown before sending, 0: not shown",
    "models": "Folder of the models that this installation trained (docs/running.md); empty: only the shipped one",
    "acknowledge": "immediate or none: what each incoming text gets at once (decision 7)",
    "acknowledge_language": "Language of that text, the same for everyone (en, bn, my)",
    "bind": "host:port that the web process listens on",
    "tls_certificate": "Certificate to serve TLS with, where no proxy does (`run --lan` makes its own)",
    "tls_key": "The key of that certificate",
    "trusted_proxies": "Addresses whose forwarded headers are believed, separated by commas",
    "renew_key_days": "Days after which the desk's key is renewed by itself; 0: never, by hand with `keys rotate`",
    "request_days": "Within how many days it is settled when somebody asks what is held of them",
    "forgotten_file": "A file on the disk of the backups: what was forgotten, so that a restore can forget it again",
    "log_level": "debug, info, warning or error",
}


_NEEDS = (
    *(("aggregator_url", f"aggregator_{name}") for name in ("secret_file", "login_file", "networks", "numbers")),
    *(("relay_url", f"relay_{name}") for name in ("key_file", "login_file", "devices")),
)
"""What goes together: a channel that is half set up would let anyone in, or nobody."""


def _read(name: str, kind: str, value: str) -> object:
    try:
        if kind == "float":
            return float(value)
        if kind == "int":
            return int(value)
        if kind == "bool":
            return {"1": True, "0": False, "": False}[value]
        if kind.startswith("tuple"):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        if kind.startswith("Path"):
            return Path(value) if value else None
    except (ValueError, KeyError):
        raise BadSettings(f"{name} can't be read") from None
    return value
