"""Renewing the desk's key while everybody works: a fresh one, all that is live under it, the older one destroyed (I26)."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum

from feedback import clock
from feedback.desk import events, reindexing, renewing
from feedback.seal.keyfile import DeskKeys
from feedback.seal.vault import LOOK_AGAIN
from feedback.wiring import Parts

GRACE = timedelta(minutes=15)
"""So long the older key stays beside the newer one, whoever renews it: longer than any job or request runs, so
that nothing is wrapped under a key that is no more."""

LATE = timedelta(days=1)
"""So long after its day a renewal is late, and an alarm."""

WITH_KEYS = ("ticket_key", "term", "contact", "call_back", "lately", "piece")
"""The tables whose dead rows PostgreSQL clears away after a renewal."""

Sleep = Callable[[float], None]


class Stand(StrEnum):
    """How the desk's key stands."""

    FRESH = "fresh"
    DUE = "due"
    HALFWAY = "halfway"  # a newer one is there, and the older one not yet destroyed


class Behind(Exception):  # noqa: N818
    """Some keys are in use just now and could not be wrapped anew."""


def age(parts: Parts) -> timedelta | None:
    """How old the desk's key is; None for a key file that does not say."""
    since = DeskKeys.read(parts.settings.key_file).since
    return clock.now() - since if since else None


def stand(parts: Parts) -> Stand:
    """Does the desk's key have to be renewed? One whose age is not known has; with the setting at 0 none has."""
    if len(DeskKeys.read(parts.settings.key_file).generations) > 1:
        return Stand.HALFWAY
    days, old = parts.settings.renew_key_days, age(parts)
    due = days > 0 and (old is None or old >= timedelta(days=days))
    return Stand.DUE if due else Stand.FRESH


def late(parts: Parts) -> bool:
    """Should it have been renewed long since, or have been finished?"""
    days, old = parts.settings.renew_key_days, age(parts)
    if stand(parts) is Stand.HALFWAY:
        return old is None or old > LATE
    return days > 0 and (old is None or old > timedelta(days=days) + LATE)


def begin(parts: Parts) -> None:
    """Add a fresh key, unless a renewal that was interrupted has done so already."""
    if stand(parts) is not Stand.HALFWAY:
        DeskKeys.renew_desk(parts.settings.key_file)
        _record(parts, "renew desk key")


def follow(parts: Parts) -> int:
    """Wrap and index all that is live anew, in short transactions; how many keys were wrapped. Goes on where it stopped."""
    done = 0
    while True:
        with parts.database.transaction() as session:
            some = renewing.rewrap_desk(session)
        done += some
        if some == 0:
            break
    for round_ in reindexing.ROUNDS:
        after: int | None = 0
        while after is not None:
            with parts.database.transaction() as session:
                after = round_(session, after)
    return done


def finish(parts: Parts) -> None:
    """Destroy the older keys, and clean up what they wrapped. Raises `Behind` while something still needs them."""
    with parts.database.transaction() as session:
        if renewing.left_behind(session):
            raise Behind
    DeskKeys.destroy_older(parts.settings.key_file)
    _record(parts, "destroy desk key")
    clean(parts)


def clean(parts: Parts) -> None:
    """Empty SQLite's WAL; have PostgreSQL clear away dead rows of the tables that hold keys and indexes."""
    parts.database.clean()
    if not parts.database.sqlite:
        with parts.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"VACUUM {', '.join(WITH_KEYS)}")


def renew(parts: Parts, *, sleep: Sleep = time.sleep) -> int:
    """All of it now, as an operator does by hand: it waits as long as a machine does before the older key is destroyed.

    Who stops waiting loses nothing: the schedule goes on, or another call. Returns how many keys were wrapped anew.
    Raises `Behind`.
    """
    begin(parts)
    sleep(2 * LOOK_AGAIN)
    done = follow(parts)
    sleep(max((GRACE - (age(parts) or GRACE)).total_seconds(), 2 * LOOK_AGAIN))
    done += follow(parts)  # what a process wrapped before it saw the new generation
    if stand(parts) is Stand.HALFWAY:  # else the schedule was quicker
        finish(parts)
    return done


def advance(parts: Parts, *, sleep: Sleep = time.sleep) -> Stand:
    """What is to be done now, as the schedule asks for it; how the key stands afterwards."""
    now = stand(parts)
    if now is Stand.DUE:
        begin(parts)
    if now is not Stand.FRESH:
        sleep(2 * LOOK_AGAIN)
        follow(parts)
        old = age(parts)
        if old is None or old >= GRACE:
            finish(parts)
    return stand(parts)


def _record(parts: Parts, what: str) -> None:
    with parts.database.transaction() as session:
        events.record(session, None, what, actor=events.part("keys"))
