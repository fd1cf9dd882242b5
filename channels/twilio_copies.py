"""What Twilio still keeps of our texts, calls and recordings: listed from its own records, and emptied and deleted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from channels.contract import Copy, Fate, Kept, SendFailed
from channels.twilio_account import TwilioAccount

_PAGE = 500
_MOST = 20_000  # of one kind in one look; what is deleted is gone from the next
_GONE = "not found"


def received(account: TwilioAccount, numbers: Sequence[str], since: datetime) -> list[tuple[Any, list[Any]]]:
    """Texts that came to our numbers since then, oldest first, each with its pictures. Raises `SendFailed`."""

    def look(client: Any) -> list[tuple[Any, list[Any]]]:
        found = [
            (text, list(client.messages(text.sid).media.list()) if text.num_media not in (None, "0") else [])
            for number in numbers
            for text in client.messages.stream(to=number, date_sent_after=_day(since), limit=_MOST, page_size=_PAGE)
            if text.direction == "inbound" and _at(text) >= since
        ]
        return found[::-1]

    return account.ask(look)


def recorded(account: TwilioAccount, numbers: Sequence[str], since: datetime) -> list[tuple[Any, str | None]]:
    """Recordings left on our numbers since then, oldest first, each with who called. Raises `SendFailed`."""

    def look(client: Any) -> list[tuple[Any, str | None]]:
        sounds = list(client.recordings.stream(date_created_after=_day(since), limit=_MOST, page_size=_PAGE))
        fresh = [one for one in sounds if one.date_created >= since and one.status == "completed"]
        if not fresh:
            return []
        earlier = _day(since - timedelta(days=1))  # a call begins before its recording
        calls = {
            call.sid: call._from
            for number in numbers
            for call in client.calls.stream(to=number, start_time_after=earlier, limit=_MOST, page_size=_PAGE)
        }
        return [(one, calls[one.call_sid]) for one in fresh[::-1] if one.call_sid in calls]

    return account.ask(look)


def texts(account: TwilioAccount, numbers: Sequence[str], before: datetime) -> Iterator[Copy]:
    """Every text to or from our numbers that is older. Raises `SendFailed`."""
    for number in numbers:
        for way, kind in (("to", Kept.INBOUND), ("from_", Kept.OUTBOUND)):
            yield from _copies(account, "messages", {way: number}, kind, before)


def calls(account: TwilioAccount, numbers: Sequence[str], before: datetime) -> Iterator[Copy]:
    """Every recording, then every call of our numbers that is older: a call is needed to know whose recording it was."""
    yield from _copies(account, "recordings", {}, Kept.RECORDING, before)
    for number in numbers:
        for way in ("to", "from_"):
            yield from _copies(account, "calls", {way: number}, Kept.CALL, before)


def delete(account: TwilioAccount, copy: Copy) -> None:
    """Empty it where it holds words, then delete it with its pictures. Raises `SendFailed`: not yet (20009) is `retry`."""
    if copy.kind in (Kept.INBOUND, Kept.OUTBOUND):
        _gone_is_well(account, lambda client: client.messages(copy.ref).update(body=""))
        if copy.ref.startswith("MM"):
            for picture in _gone_is_well(account, lambda client: client.messages(copy.ref).media.list()) or []:
                _gone_is_well(account, lambda _, one=picture: one.delete())
        _gone_is_well(account, lambda client: client.messages(copy.ref).delete())
    elif copy.kind is Kept.RECORDING:
        _gone_is_well(account, lambda client: client.recordings(copy.ref).delete())
    else:
        _gone_is_well(account, lambda client: client.calls(copy.ref).delete())


def _copies(account: TwilioAccount, family: str, ours: dict[str, str], kind: Kept, before: datetime) -> Iterator[Copy]:
    def look(client: Any) -> list[Copy]:
        rows = getattr(client, family).stream(**ours, limit=_MOST, page_size=_PAGE)
        return [Copy(kind, str(row.sid), _at(row)) for row in islice(rows, _MOST) if _at(row) < before]

    # Oldest first, so that what is refused now does not stand in the way of what is nearly a day old.
    yield from sorted(account.ask(look), key=lambda copy: copy.at)


def _day(at: datetime) -> datetime:
    """Twilio's filters count days."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def _at(row: Any) -> datetime:
    """When it passed; what was never sent has only a time of its making."""
    at = getattr(row, "date_sent", None) or getattr(row, "start_time", None) or row.date_created
    return at if isinstance(at, datetime) else datetime.now(UTC)


def _gone_is_well(account: TwilioAccount, call: Any) -> Any:
    try:
        return account.ask(call)
    except SendFailed as failure:
        if _GONE in failure.why:
            return None
        refused = failure.fate is Fate.FINAL or failure.unknown
        raise SendFailed(failure.why, retry=failure.retry or refused, fate=failure.fate) from None
