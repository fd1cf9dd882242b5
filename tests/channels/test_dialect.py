"""A dialect from a file: every word is checked before an aggregator is enabled with it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from channels import dialect
from channels.contract import Delivery, Fate

WRITTEN = """
message_id = "uuid"
sender = "msisdn"
receiver = ""
text = "body"
status = "state"
receipt_of = "uuid"
statuses = { DELIVRD = "delivered", ACCEPTD = "sent", ENROUTE = "", EXPIRED = "failed", REJECTD = "failed" }
fates = { EXPIRED = "later" }
send = { to = "{to}", from = "{sender}", text = "{text}", callback = "{receipts}" }
send_as = "json"
taken = '"id": "(?P<ref>[0-9]+)"'
refusals = [["(?i)balance", "setup: no credit", "setup"], ["(?i)busy", "too busy", "later"]]
secret_in_url = true
part = ["ref", "seq", "of"]
"""


def table(**changes: Any) -> dict[str, Any]:
    return {**tomllib.loads(WRITTEN), **changes}


def test_a_dialect_is_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(WRITTEN)
    read = dialect.named(str(tmp_path / "ours.toml"))
    assert read.statuses == {"DELIVRD": Delivery.DELIVERED, "ACCEPTD": Delivery.SENT, "ENROUTE": None,
                             "EXPIRED": Delivery.FAILED, "REJECTD": Delivery.FAILED}  # fmt: skip
    assert read.refusals[0] == ("(?i)balance", "setup: no credit", Fate.SETUP)
    assert (read.fates, read.part) == ({"EXPIRED": Fate.LATER}, ("ref", "seq", "of"))


def test_kannels_ships() -> None:
    assert dialect.named("kannel") is dialect.KANNEL


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sende": "x"}, "unknown: sende"),
        ({"statuses": {"X": "arrived"}}, "arrived"),
        ({"fates": {"X": "never"}}, "never"),
        ({"refusals": [["(", "x", "final"]]}, "missing"),
        ({"refusals": [["x"]]}, "none of ours"),
        ({"taken": "("}, "none of ours"),
        ({"send": {"to": "{number}"}}, "only coding"),
        ({"send_as": "xml"}, "send_as"),
        ({"part": ["ref"]}, "part"),
    ],
)
def test_a_word_that_is_wrong_stops_the_start_and_is_named(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        dialect.read(table(**changes))


def test_a_word_that_is_missing_is_named() -> None:
    with pytest.raises(ValueError, match="missing: taken"):
        dialect.read({name: word for name, word in table().items() if name != "taken"})


@pytest.mark.parametrize("name", ["nowhere.toml", "/"])
def test_a_file_that_is_none_is_named(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        dialect.named(name)
