"""Sends the lines of a file as texts to a running demo, then counts what became of each; it shows numbers, never words."""

from __future__ import annotations

import csv
import gzip
import itertools
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from channels.sandbox.client import SandboxPhone, Sent
from feedback import wiring
from feedback.db import Database
from feedback.models.message import Message
from feedback.models.ticket import Ticket
from feedback.ops.folder import Folder

AT_ONCE = 32
"""Texts on their way together."""

LONGEST = 1600
PATIENCE = 120.0
"""Seconds without any progress after which triage is given up on."""


class CannotReplay(Exception):  # noqa: N818
    """The file or the installation is not as it has to be; the text says what to mend."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What the database says of one text. `seconds` from its arrival to its triage; None: not triaged yet."""

    seconds: float | None
    sector: str | None
    compartment: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of one replay."""

    sent: int
    answered: int
    stored: int
    triaged: int
    sectors: Mapping[str, int]  # of those in the open; "no sector" where the classifier abstains
    screening: int
    sensitive: int
    answer: tuple[float, float]  # seconds until the desk answered: median, 99th of a hundred
    triage: tuple[float, float]  # seconds from arrival to triage: the same
    seconds: float

    @property
    def lost(self) -> int:
        """Texts that were answered and are not there. Must be 0 (I1)."""
        return self.answered - self.stored


def read(file: Path, column: str, where: str | None, limit: int | None) -> Iterator[str]:
    """The texts of a CSV file, gzipped too; empty ones and what no text carries are left out. Raises `CannotReplay`."""
    field, _, value = where.partition("=") if where else ("", "", "")
    with _open(file) as lines:
        rows = csv.DictReader(lines)
        missing = [name for name in (column, field) if name and name not in (rows.fieldnames or [])]
        if missing:
            raise CannotReplay(f"{file.name} has no column {missing[0]}. It has: {', '.join(rows.fieldnames or [])}")
        chosen = (row[column].strip() for row in rows if not field or row[field] == value)
        yield from itertools.islice((text for text in chosen if 0 < len(text) <= LONGEST), limit)


def run(file: Path, *, column: str, where: str | None, rate: float | None, limit: int | None, folder: Path) -> Report:
    """Send, wait for triage, and count. Raises `CannotReplay`."""
    if not file.exists():
        raise CannotReplay(f"There is no file {file}.")
    settings = Folder.at(folder).running()
    if settings is None or not settings.sandbox_url:
        raise CannotReplay(f"No demo runs in {folder}. Start one first: make run")
    texts = list(read(file, column, where, limit))
    if not texts:
        raise CannotReplay("No line of the file fits.")
    began = time.monotonic()
    sent = _send(settings.sandbox_url, texts, rate)
    took = time.monotonic() - began
    parts = wiring.live(settings)
    try:
        taken = [one.sid for one in sent if one.accepted]
        fates = _wait(parts.database, taken)
    finally:
        parts.close()
    return _count(sent, fates, took)


def show(report: Report) -> str:
    """The figures as lines for a terminal."""
    open_ = sum(report.sectors.values())
    sectors = "\n".join(f"    {name:<20}{many:>7,}" for name, many in Counter(report.sectors).most_common())
    return f"""
  sent                  {report.sent:>7,}
  answered              {report.answered:>7,}   {report.answered / report.seconds:,.0f} a second
  stored                {report.stored:>7,}
  triaged               {report.triaged:>7,}
  in the open           {open_:>7,}
{sectors}
  to screening          {report.screening:>7,}
  sensitive             {report.sensitive:>7,}
  lost                  {report.lost:>7,}

  until the answer        p50 {report.answer[0] * 1000:,.0f} ms    p99 {report.answer[1] * 1000:,.0f} ms
  from answer to triage   p50 {report.triage[0]:.2f} s    p99 {report.triage[1]:.2f} s
"""


def _open(file: Path) -> IO[str]:
    return gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else open(file, encoding="utf-8")


def _send(sandbox: str, texts: Sequence[str], rate: float | None) -> list[Sent]:
    sent: list[Sent] = []
    numbers = (f"+88019{number:08}" for number in itertools.count())  # each text from a phone of its own
    together = AT_ONCE * 2 if rate is None else max(1, min(AT_ONCE, int(rate / 4)))
    with SandboxPhone(sandbox) as phone, _bar() as bar:
        task, began = bar.add_task("sending", total=len(texts)), time.monotonic()
        for start in range(0, len(texts), together):
            batch = texts[start : start + together]
            if rate is not None:
                time.sleep(max(0.0, began + start / rate - time.monotonic()))
            sent += phone.texts(zip(numbers, batch, strict=False), at_once=AT_ONCE)
            bar.advance(task, len(batch))
    return sent


def _wait(database: Database, refs: Sequence[str]) -> list[Fate]:
    """What became of the texts with these references, once all are triaged or nothing moves any more."""
    with _bar() as bar:
        task, best, since = bar.add_task("triage", total=len(refs)), -1, time.monotonic()
        while True:
            fates = _fates(database, refs)
            done = sum(fate.seconds is not None for fate in fates)
            bar.update(task, completed=done)
            if done > best:
                best, since = done, time.monotonic()
            if done == len(refs) or time.monotonic() - since > PATIENCE:
                return fates
            time.sleep(0.5)


def _fates(database: Database, refs: Sequence[str]) -> list[Fate]:
    """The SELECTs are in pieces, since an engine takes only so many values in one."""
    columns = sa.select(Message.at, Ticket.read_at, Ticket.sector, Ticket.compartment)
    found: list[Any] = []
    with database.transaction(write=False) as session:
        for start in range(0, len(refs), 500):
            wanted = columns.join(Ticket, Ticket.id == Message.ticket_id)
            wanted = wanted.where(Message.adapter == "twilio-sms", Message.provider_ref.in_(refs[start : start + 500]))
            found += session.execute(wanted).all()
    return [
        Fate(max(read_at - at, timedelta(0)).total_seconds() if read_at else None, sector, compartment)
        for at, read_at, sector, compartment in found
    ]


def _count(sent: Sequence[Sent], fates: Sequence[Fate], took: float) -> Report:
    triaged = [fate for fate in fates if fate.seconds is not None]
    return Report(
        sent=len(sent),
        answered=sum(one.accepted for one in sent),
        stored=len(fates),
        triaged=len(triaged),
        sectors=Counter(fate.sector or "no sector" for fate in triaged if fate.compartment is None),
        screening=sum(fate.compartment == "screening" for fate in triaged),
        sensitive=sum(fate.compartment not in (None, "screening") for fate in triaged),
        answer=_middle_and_tail([one.seconds for one in sent if one.accepted]),
        triage=_middle_and_tail([fate.seconds for fate in triaged if fate.seconds is not None]),
        seconds=took,
    )


def _middle_and_tail(values: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(values) or [0.0]
    return ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]


def _bar() -> Progress:
    columns = (TextColumn("  {task.description:<8}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(file=sys.stderr))
