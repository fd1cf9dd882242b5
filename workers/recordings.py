"""Fetching sound from the provider, once, into sealed chunks."""

from __future__ import annotations

import time
from itertools import chain

import structlog

from channels.contract import SendFailed
from feedback.desk import recordings
from feedback.desk.recordings import Wanted
from feedback.queue import Kind
from feedback.wiring import Parts
from workers.job import job

log = structlog.get_logger()


@job(Kind.RECORDINGS)
def fetch(parts: Parts, lane: int) -> None:
    """Fetch what is not with us yet; what the provider does not have yet is looked for again soon."""
    for _ in range(30):
        with parts.database.transaction() as session:
            wanted = recordings.claim(session)
        for one in wanted:
            fetch_one(parts, one)
        if not wanted:
            with parts.database.transaction(write=False) as session:
                if not recordings.soon(session):
                    return
            time.sleep(1)


def fetch_one(parts: Parts, wanted: Wanted) -> None:
    """Fetch one recording and keep it."""
    try:
        pieces = parts.channel(wanted.adapter).fetch(wanted.media)
        first = next(pieces, b"")
        chunks = list(recordings.sealed_chunks(wanted, chain([first], pieces)))
    except SendFailed as failure:
        log.warning("not fetched", adapter=wanted.adapter, why=failure.why)
        with parts.database.transaction() as session:
            recordings.not_yet(session, wanted, final=not failure.retry)
        return
    with parts.database.transaction() as session:
        recordings.store(session, wanted, chunks, media_type=recordings.media_type_of(first, wanted.media.media_type))
