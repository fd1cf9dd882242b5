"""One at a time: what may run in several processes, and must not run in two at once."""

from __future__ import annotations

import zlib

import sqlalchemy as sa
from sqlalchemy.orm import Session


def take(session: Session, what: str) -> None:
    """Wait until nobody else does this, and keep others waiting until the commit. SQLite has one writer anyway."""
    if session.connection().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(zlib.crc32(f"feedback/1/{what}".encode()))))
