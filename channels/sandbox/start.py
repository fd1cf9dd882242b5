"""What a newcomer finds on the sandbox page: SIMs, sample messages, demo accounts with their codes of the moment."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyotp

from channels.sandbox import sounds
from channels.sandbox.config import SandboxConfig

SIMS = (  # nobody is behind these numbers: a sandbox reaches no network
    ("Phone 1", "+8801700000001"),
    ("Phone 2", "+8801700000002"),
    ("Phone 3", "+8801700000003"),
    ("Family phone", "+8801700000004"),  # two people write from it
    ("Phone at the desk", DESK_PHONE := "+8801700000005"),  # of who takes calls: a call for them rings here
)

_SAMPLES = Path(__file__).with_name("samples.json")


def words(config: SandboxConfig) -> dict[str, Any]:
    """Everything the page needs once; the accounts change with their one-time codes and are asked for again."""
    return {
        "desk_url": config.desk_url or config.signed_base,
        "sender": config.sender,
        "rings": config.rings,
        "sims": [{"label": label, "number": number} for label, number in SIMS],
        "samples": json.loads(_SAMPLES.read_text(encoding="utf-8")),
        "tones": [{"name": name, "label": label} for name, (label, _) in sounds.TONES.items()],
        "accounts": accounts(config),
    }


def accounts(config: SandboxConfig) -> list[dict[str, str]]:
    """The demo accounts; one that has a second factor shows the code of this half minute. None when the file can't be read."""
    try:
        rows = json.loads(Path(config.accounts_file).read_text(encoding="utf-8")) if config.accounts_file else []
        return [_account(row) for row in rows]
    except (OSError, ValueError):
        return []


def _account(row: dict[str, str]) -> dict[str, str]:
    shown = {name: str(row.get(name, "")) for name in ("role", "name", "password", "does")}
    secret = row.get("totp_secret", "")
    return shown | {"code": pyotp.TOTP(secret).now() if secret else ""}
