"""How an aggregator speaks HTTP, as data: what it calls things, what it answers, and Kannel as the first of them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from string import Formatter
from typing import Any, Literal

from channels.contract import Delivery, Fate


@dataclass(frozen=True, slots=True)
class Dialect:
    """One aggregator's words. Every pattern is a regular expression, searched for in the answer's text."""

    # What it tells us: the names of its fields. `receiver` and `receipt_of` may be "" where it has none.
    message_id: str
    sender: str
    receiver: str
    text: str
    status: str
    receipt_of: str
    statuses: Mapping[str, Delivery | None]  # each word it has for a reply; None is no news yet
    # What we tell it: its field → words, in which {to} {sender} {text} {reply} {receipts} {coding} are filled in.
    send: Mapping[str, str]
    send_as: Literal["form", "json", "query"]
    taken: str  # its yes; a group named ref is its own id of the reply
    refusals: tuple[tuple[str, str, Fate], ...]  # its no → a short word for staff, what may be done
    secret_in_url: bool  # it can send no header of our choice, so the secret stands in the address of our hook
    thanks: str = "OK"  # what it wants to read when we have heard it
    fates: Mapping[str, Fate] = field(default_factory=dict)  # of its words for a failure: those that are not final
    coding: str = ""  # the field that says "2" where the text comes as two bytes a character
    part: tuple[str, str, str] | None = None  # where it does not join long texts: fields of their id, number and total


# sms-service: get-url = "https://…/hooks/aggregator/inbound?key=SECRET&id=%I&from=%p&to=%P&text=%b&coding=%c",
# max-messages = 0, catch-all = true, omit-empty = true (docs/channels.md). Kannel's `login` is username and password.
KANNEL = Dialect(
    message_id="id",
    sender="from",
    receiver="to",
    text="text",
    status="state",
    receipt_of="",
    statuses={
        "1": Delivery.DELIVERED,
        "2": Delivery.FAILED,
        "4": None,  # waiting at the carrier
        "8": Delivery.SENT,
        "16": Delivery.FAILED,
        "34": Delivery.FAILED,  # expired
    },
    send={
        "to": "{to}",
        "from": "{sender}",
        "text": "{text}",
        "coding": "{coding}",  # 0 for GSM-7, 2 for UCS-2: a long Bangla text would be cut without it
        "charset": "UTF-8",
        "dlr-mask": "31",
        "dlr-url": "{receipts}&state=%d",
    },
    send_as="query",
    taken=r"^(0: Accepted for delivery|3: Queued for later delivery)",
    refusals=(
        (r"(?i)authorization failed|denied", "setup: credentials refused", Fate.SETUP),
        (r"(?i)temporal failure|try again later", "too busy", Fate.LATER),
    ),
    secret_in_url=True,
    coding="coding",  # whatever its charset is set to, %b gives Bangla as UTF-16 (seen with 1.4.5)
)


_FILLED = frozenset({"to", "sender", "text", "reply", "receipts", "coding"})


def named(name: str) -> Dialect:
    """Kannel's, or the one in a TOML file at this path. Raises ValueError with what to mend."""
    if name == "kannel":
        return KANNEL
    try:
        return read(tomllib.loads(Path(name).read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError) as problem:
        raise ValueError(f"{name}: cannot be read ({type(problem).__name__})") from None


def read(table: Mapping[str, Any]) -> Dialect:
    """A dialect whose keys are named as above; words that have no news stand for "". Raises ValueError with the key."""
    known = {one.name: one for one in fields(Dialect)}
    needed = {name for name, one in known.items() if one.default is MISSING and one.default_factory is MISSING}
    for what, names in (("unknown", set(table) - set(known)), ("missing", needed - set(table))):
        if names:
            raise ValueError(f"{what}: {', '.join(sorted(names))}")
    words = dict(table)
    try:
        words["statuses"] = {word: Delivery(news) if news else None for word, news in table["statuses"].items()}
        words["fates"] = {word: Fate(fate) for word, fate in table.get("fates", {}).items()}
        words["refusals"] = tuple((re.compile(no).pattern, str(why), Fate(fate)) for no, why, fate in table["refusals"])
        words["part"] = tuple(table["part"]) if "part" in table else None
        re.compile(table["taken"])
        asked = {name for text in table["send"].values() for _, name, _, _ in Formatter().parse(text) if name}
    except (re.error, ValueError, TypeError, AttributeError) as problem:
        raise ValueError(f"a word that is none of ours: {problem}") from None
    if not asked <= _FILLED or table["send_as"] not in ("form", "json", "query") or len(words["part"] or "123") != 3:
        raise ValueError(f"send, send_as or part: only {', '.join(sorted(_FILLED))} are filled in")
    return Dialect(**words)
