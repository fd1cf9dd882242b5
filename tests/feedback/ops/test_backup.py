"""A backup is whole while the desk writes, holds no key, and leaves nothing half made."""

from __future__ import annotations

import dataclasses
import json
import shutil
import sqlite3
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from feedback import wiring
from feedback.desk import handling, intake, person_requests, reading, redacting
from feedback.models.message import Message
from feedback.models.reply import Note
from feedback.models.right import DataRequest
from feedback.models.staff import Role
from feedback.models.ticket import Outcome, Ticket, TicketKey
from feedback.ops import backup
from tests import factories


def stored(parts) -> int:
    with parts.database.transaction(write=False) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Message)) or 0


def take_in(parts, many: int) -> None:
    for _ in range(many):
        with parts.database.transaction() as session:
            intake.receive(session, [factories.inbound()])


@pytest.fixture(params=["sqlite"])
def database_url(request, tmp_path, sqlite_template):
    path = tmp_path / "desk.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


def test_a_backup_made_while_the_desk_writes_is_whole_and_of_one_moment(parts, settings, tmp_path):
    take_in(parts, 5)
    writing = threading.Thread(target=take_in, args=(parts, 40))
    writing.start()
    made = backup.make(settings, tmp_path / "backups")
    writing.join()
    with sqlite3.connect(made.folder / made.file) as copy:
        (messages,) = copy.execute("SELECT count(*) FROM message").fetchone()
        (tickets,) = copy.execute("SELECT count(*) FROM ticket").fetchone()
    copy.close()
    assert 5 <= messages == tickets <= 45


def test_the_key_file_is_not_in_it(settings, tmp_path):
    made = backup.make(settings, tmp_path / "backups")
    assert sorted(path.name for path in made.folder.iterdir()) == ["backup.json", "desk.db"]
    keys = json.loads(settings.key_file.read_text())
    copied = (made.folder / "desk.db").read_bytes()
    assert not any(key.encode() in copied for key in keys["desk"].values())


def test_it_says_what_it_holds_and_is_for_its_owner_only(settings, tmp_path):
    made = backup.make(settings, tmp_path / "backups")
    words = json.loads((made.folder / "backup.json").read_text())
    assert words["sha256"] == made.sha256
    assert (made.folder / made.file).stat().st_mode & 0o077 == 0


def test_a_damaged_database_gives_no_backup_and_leaves_nothing(parts, settings, tmp_path):
    parts.close()
    path = tmp_path / "desk.db"
    content = bytearray(path.read_bytes())
    content[5000:90000] = bytes(85000)
    path.write_bytes(content)
    with pytest.raises(backup.NoBackup):
        backup.make(settings, tmp_path / "backups")
    assert list((tmp_path / "backups").iterdir()) == []


@pytest.fixture
def beside(settings, tmp_path):
    """The same settings with a file beside the backups."""
    return dataclasses.replace(settings, forgotten_file=tmp_path / "backups" / "forgotten")


@pytest.fixture
def desk_again(beside):
    """A desk on a database that is put back between two of these."""
    return lambda: factories.Desk(wiring.live(beside))


def test_what_was_forgotten_since_the_backup_is_forgotten_again(desk_again, beside, tmp_path):
    """A person asks to be erased, the disk dies, last night's copy comes back: they stay erased (I29)."""
    desk = desk_again()
    lead = desk.staff(Role.COORDINATOR)
    ticket, other, redacted = (desk.ticket(f"canary {number}") for number in range(3))
    desk.act(lead, redacted, handling.note, "Hasan lives in block D")
    made = backup.make(beside, tmp_path / "backups")
    desk.act(lead, ticket, handling.close, Outcome.TOLD)
    _erase(desk, lead, ticket)
    (part,) = (one.part for one in desk.act(lead, redacted, reading.view).thread if one.kind == "note")
    desk.act(lead, redacted, redacting.take_out, part, "other_person")
    assert backup.keep_forgotten(desk.parts) == 3  # what identified them, their words, the note
    desk.parts.close()
    _put_back(made, beside)
    desk = desk_again()
    assert len(desk.rows(Note)) == 1
    assert backup.forget_again(desk.parts) == 2
    rows = {row.id: row for row in desk.rows(Ticket)}
    assert [rows[one.id].forgotten_at is not None for one in (ticket, other, redacted)] == [True, False, False]
    assert (rows[ticket.id].outcome, desk.rows(Note)) == (Outcome.TOLD, [])
    assert desk.rows(TicketKey, TicketKey.ticket_id == ticket.id) == []
    assert [one.kind for one in desk.act(lead, redacted, reading.view).thread] == ["message", "taken_out"]
    assert backup.forget_again(desk.parts) == 0
    desk.parts.close()


def test_the_record_holds_no_words_and_only_grows(desk_again, beside):
    desk = desk_again()
    lead, ticket = desk.staff(Role.COORDINATOR), desk.ticket("canary")
    desk.act(lead, ticket, handling.close, Outcome.TOLD)
    beside.forgotten_file.parent.mkdir()
    beside.forgotten_file.write_text("forget AAAAAAAAAAAAAA told\n")
    _erase(desk, lead, ticket)
    for _ in range(2):
        backup.keep_forgotten(desk.parts)
    assert beside.forgotten_file.read_text().splitlines() == [
        "forget AAAAAAAAAAAAAA told",
        f"forget {ticket.reference} told",
        f"strip {ticket.reference} told",
    ]
    desk.parts.close()


@pytest.mark.parametrize(
    "line", ["drop everything", "forget", "part AAAAAAAAAAAAAA note", "delete AAAAAAAAAAAAAA told"]
)
def test_a_line_that_is_none_of_ours_stops_it_before_anything_is_done(desk_again, beside, line):
    desk = desk_again()
    ticket = desk.ticket("canary")
    beside.forgotten_file.parent.mkdir()
    beside.forgotten_file.write_text(f"forget {ticket.reference} told\n{line.format(ticket.reference)}\n")
    with pytest.raises(backup.NoBackup):
        backup.forget_again(desk.parts)
    assert desk.again(ticket).forgotten_at is None
    desk.parts.close()


def test_without_a_record_it_says_that_it_does_not_know(parts):
    with pytest.raises(backup.NoBackup):
        backup.forget_again(parts)
    assert backup.keep_forgotten(parts) == 0


def _erase(desk, lead, ticket):
    desk.act(lead, ticket, person_requests.ask_on, right="erase", proof="code")
    (request,) = desk.rows(DataRequest, DataRequest.ticket_id == ticket.id)
    assert desk.do(person_requests.erase, lead, request.reference)


def _put_back(made, settings):
    """As docs/running.md says: the copy takes the database's place while nothing runs."""
    file = Path(str(sa.make_url(settings.database_url).database))
    for path in file.parent.glob(f"{file.name}*"):
        path.unlink()
    shutil.copy(made.folder / made.file, file)
