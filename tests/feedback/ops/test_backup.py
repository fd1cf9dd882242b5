"""A backup is whole while the desk writes, holds no key, and leaves nothing half made."""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading

import pytest
import sqlalchemy as sa

from feedback.desk import intake
from feedback.models.message import Message
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
