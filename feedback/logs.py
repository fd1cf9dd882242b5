"""Logs: JSON lines of listed fields only, so that no words, names or numbers of people get in (I17)."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any

import structlog

FIELDS = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "adapter",
        "attempt",
        "count",
        "failure",
        "hook",
        "kind",
        "lane",
        "name",
        "parcels",
        "pid",
        "route",
        "seconds",
        "status",
        "why",
    }
)
"""Every field that a line may have. Anything else is dropped, and the line says so."""


def start(level: str = "info") -> None:
    """Configure this process. Libraries may warn, but only the name of the logger and the kind of failure is kept."""
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            keep_listed,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(_Stderr()),  # type: ignore[arg-type]
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    root.handlers = [_Quiet()]
    root.setLevel(max(number, logging.WARNING))


def keep_listed(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop what is not listed."""
    dropped = [name for name in line if name not in FIELDS]
    for name in dropped:
        del line[name]
    if dropped:
        line["why"] = f"{len(dropped)} unlisted fields dropped"
    return line


class _Stderr:
    """Where errors go at this moment: looked up for each line, since tests and supervisors put another in its place."""

    def write(self, text: str) -> int:
        with suppress(OSError):  # a full disk: who logs must go on, the writer of intake before all (I1)
            return sys.stderr.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            sys.stderr.flush()


class _Quiet(logging.Handler):
    """Libraries write free text, which may hold anything: of it only where and how grave it was is kept."""

    def emit(self, record: logging.LogRecord) -> None:
        failure = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        structlog.get_logger().warning("library", name=record.name, failure=failure, status=record.levelname)
