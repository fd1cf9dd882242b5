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
    twilio_api_base: str = ""
    sandbox_url: str = ""
    acknowledge: str = "immediate"
    acknowledge_language: str = "en"
    bind: str = "127.0.0.1:8000"
    trusted_proxies: str = "127.0.0.1"
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
        """The provider's secrets, newest first: one a line, two while they rotate."""
        if self.twilio_auth_token_file is None:
            return ()
        lines = self.twilio_auth_token_file.read_text(encoding="ascii").split()
        if not lines:
            raise BadSettings("FEEDBACK_TWILIO_AUTH_TOKEN_FILE is empty")
        return tuple(lines[:2])

    def _check(self) -> None:
        if self.acknowledge not in ("immediate", "none"):
            raise BadSettings("FEEDBACK_ACKNOWLEDGE must be immediate or none")
        if self.lanes < 1 or (self.lanes > 1 and self.database_url.startswith("sqlite")):
            raise BadSettings("FEEDBACK_LANES must be 1 on SQLite, and at least 1 elsewhere")
        if self.twilio_account_sid and not (self.twilio_auth_token_file and self.twilio_numbers):
            raise BadSettings(
                "FEEDBACK_TWILIO_ACCOUNT_SID needs FEEDBACK_TWILIO_AUTH_TOKEN_FILE and FEEDBACK_TWILIO_NUMBERS"
            )
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
    "twilio_api_base": "Address of Twilio's REST API where it is not the usual one (the sandbox carrier)",
    "sandbox_url": "Address of the sandbox carrier; goes with FEEDBACK_DEMO only",
    "acknowledge": "immediate or none: what each incoming text gets at once (decision 7)",
    "acknowledge_language": "Language of that text, the same for everyone (en, bn, my)",
    "bind": "host:port that the web process listens on",
    "trusted_proxies": "Addresses whose forwarded headers are believed, separated by commas",
    "log_level": "debug, info, warning or error",
}


def _read(name: str, kind: str, value: str) -> object:
    try:
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
