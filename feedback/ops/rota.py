"""The command about the rota: where nobody can be called in the next seven days, or nobody of a sex or language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar
from zoneinfo import ZoneInfo

from feedback import wiring
from feedback.desk import rota
from feedback.desk.rota import Gap, Lack
from feedback.settings import Settings

Some = TypeVar("Some", Gap, Lack)


def look(settings: Settings) -> tuple[list[Gap], list[Lack]]:
    """The gaps, and where those on duty are no woman or do not speak a language; times in the zone of the response."""
    parts = wiring.live(settings)
    zone = parts.response.calendar.zone
    try:
        with parts.database.transaction(write=False) as session:
            gaps, lacks = rota.gaps(session), rota.lacks(session)
    finally:
        parts.close()
    return [_local(gap, zone) for gap in gaps], [_local(lack, zone) for lack in lacks]


def show(gaps: Sequence[Gap], lacks: Sequence[Lack]) -> str:
    """One line each."""
    lines = [_line(gap, "nobody outside" if gap.outside else "nobody on duty") for gap in gaps] or [
        "No gap in the next seven days."
    ]
    for lack in lacks:
        if lack.woman:
            lines.append(_line(lack, "no woman"))
        lines += [_line(lack, f"nobody speaks {code}") for code in lack.languages]
    return "\n".join(lines)


def _line(one: Gap | Lack, what: str) -> str:
    return f"{one.compartment:<18}{what:<18}{one.since:%a %d %b %H:%M} to {one.until:%a %d %b %H:%M}"


def _local(one: Some, zone: ZoneInfo) -> Some:
    return replace(one, since=one.since.astimezone(zone), until=one.until.astimezone(zone))
