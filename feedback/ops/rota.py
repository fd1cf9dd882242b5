"""The command about the rota: where nobody can be called in the next seven days."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from feedback import wiring
from feedback.desk import rota
from feedback.desk.rota import Gap
from feedback.settings import Settings


def gaps(settings: Settings) -> list[Gap]:
    """The gaps, with their times in the zone of the response."""
    parts = wiring.live(settings)
    try:
        with parts.database.transaction(write=False) as session:
            return [_local(gap, parts.response.calendar.zone) for gap in rota.gaps(session)]
    finally:
        parts.close()


def show(gaps: Sequence[Gap]) -> str:
    """One line a gap."""
    return "\n".join(map(_line, gaps)) or "No gap in the next seven days."


def _line(gap: Gap) -> str:
    who = "nobody outside" if gap.outside else "nobody on duty"
    return f"{gap.compartment:<18}{who:<16}{gap.since:%a %d %b %H:%M} to {gap.until:%a %d %b %H:%M}"


def _local(gap: Gap, zone: ZoneInfo) -> Gap:
    return Gap(gap.compartment, gap.since.astimezone(zone), gap.until.astimezone(zone), gap.outside)
