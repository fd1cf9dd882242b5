"""The commands about events: check the chain, and write down where it ends for two people to hold elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from feedback import clock
from feedback.db import Database
from feedback.desk import chain
from feedback.desk.chain import Head, Verified
from feedback.models.installation import Installation
from feedback.settings import Settings

EXPORTED = "heads_exported"
"""What an installation remembers: when heads were last written out."""


class BadHeads(Exception):  # noqa: N818 - shown to the operator as it is
    """A file of heads can't be read; the text names the line."""


def verify(settings: Settings, heads: Path | None = None) -> Verified:
    """Walk the chain, against the heads in a file where one is given. Raises `BadHeads`."""
    known = read(heads) if heads else []
    with _look(settings) as session:
        return chain.verify(session, known)


def export(settings: Settings) -> Head | None:
    """Where the chain ends now, to be kept elsewhere, and remember the day; None where nothing is chained yet."""
    database = Database(settings.database_url)
    try:
        with database.transaction() as session:
            head = chain.head(session)
            if head is not None:
                session.merge(Installation(name=EXPORTED, word=clock.now().isoformat(timespec="seconds")))
            return head
    finally:
        database.close()


def written(head: Head) -> str:
    """A head as one line, to be kept with the others: place, digest and time, and nothing else."""
    line = {"place": head.place, "digest": head.digest.hex(), "at": head.at.isoformat(timespec="microseconds")}
    return json.dumps(line)


def read(file: Path) -> Sequence[Head]:
    """The heads of a file, one a line. Raises `BadHeads`."""
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            said = json.loads(line)
            at = datetime.fromisoformat(said["at"])
            found.append(Head(int(said["place"]), bytes.fromhex(said["digest"]), at))
        except (ValueError, KeyError, TypeError):
            raise BadHeads(f"Line {number} of the file is no head.") from None
    if not found:
        raise BadHeads("The file holds no head.")
    return found


def show(found: Verified) -> str:
    """What a check found, in sentences."""
    if found.broken is not None:
        return f"BROKEN at event {found.broken.place}: {found.broken.why}."
    waiting = f" {found.unchained} wait for their place." if found.unchained else ""
    return f"The chain of {found.chained} events holds.{waiting}"


@contextmanager
def _look(settings: Settings) -> Iterator[Session]:
    database = Database(settings.database_url)
    try:
        with database.transaction(write=False) as session:
            yield session
    finally:
        database.close()
