"""What every table shares: row ids of ours, times in UTC, words stored as words."""

from __future__ import annotations

import itertools
import os
import secrets
import threading
import time
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, MappedColumn, mapped_column

RowId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=_NAMES)


class Moment(sa.types.TypeDecorator[datetime]):
    """A time, aware and UTC on our side whatever the engine keeps."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def word_column(words: type[StrEnum], **more: Any) -> MappedColumn[Any]:
    """A column that holds one word of a closed set, stored as the word."""
    kind = sa.Enum(
        words,
        native_enum=False,
        length=24,
        validate_strings=True,
        values_callable=lambda all_: [word.value for word in all_],
    )
    return mapped_column(kind, **more)


_counter = itertools.count(secrets.randbits(10))
_lock = threading.Lock()
_salts: dict[int, int] = {}


def new_id() -> int:
    """A row id of 63 bits: 41 of time in milliseconds, then 22 that differ by process and call. Later ids are larger."""
    with _lock:
        low = next(_counter) & 0x3FFF
    milliseconds = (time.time_ns() // 1_000_000) & ((1 << 41) - 1)
    return (milliseconds << 22) | ((_process_salt() & 0xFF) << 14) | low


def _process_salt() -> int:
    return _salts.setdefault(os.getpid(), secrets.randbits(8))


def new_reference() -> str:
    """A random reference of 80 bits for URLs, API and exports (decision 8); it says nothing of order or number."""
    return secrets.token_urlsafe(10)
