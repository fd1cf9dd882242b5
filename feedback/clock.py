"""The one clock: aware and UTC."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The time, aware and in UTC."""
    return datetime.now(UTC)
