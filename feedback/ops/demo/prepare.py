"""Makes a folder into a demo installation, once: key, carrier's secret, tables, accounts and invented tickets."""

from __future__ import annotations

import json
import os
import secrets

import sqlalchemy as sa

from feedback import clock, wiring
from feedback.models.installation import Installation
from feedback.models.staff import Staff
from feedback.ops import keys, migrate
from feedback.ops.demo import accounts, line, rota
from feedback.ops.demo.settings import settings
from feedback.ops.folder import Folder
from feedback.seal.keyfile import DeskKeys


class NotADemo(Exception):  # noqa: N818
    """The folder holds an installation that is no demo: nothing of a demo may get into it (decision 18)."""


def prepare(folder: Folder, *, tickets: bool = True) -> bool:
    """Make what is missing. `tickets` False: accounts only, for a rehearsal. Was it the first time? Raises `NotADemo`."""
    if not folder.key_file.exists():
        if folder.database.exists():
            raise NotADemo(f"{folder.root} has a database without its key file.")
        DeskKeys.create(folder.key_file)
    if not folder.carrier_token.exists():
        _keep(folder, secrets.token_hex(16))
    parts = wiring.live(settings(folder, port=8000, sandbox_port=8001))
    try:
        migrate.migrate(parts.database)
        with parts.database.transaction() as session:
            words = dict(session.execute(sa.select(Installation.name, Installation.word)).all())
            if words.get("demo") == "1":
                line.go_on(session)
                return False
            if words.get("demo") is not None or session.scalar(sa.select(Staff.id).limit(1)) is not None:
                raise NotADemo(f"{folder.root} holds an installation that is no demo.")
            session.add(Installation(name="demo", word="1"))
            session.add(Installation(name="response", word=parts.settings.response))
            people = accounts.add(session, folder.accounts)
            session.flush()
            if tickets:
                from feedback.ops.demo import history  # loads the classifier

                history.write(session, people, clock.now())
        with parts.database.transaction() as session:
            rota.write(session, clock.now())
            line.go_on(session)
        folder.recovery.write_text(json.dumps(keys.begin(parts), indent=1), encoding="ascii")
    finally:
        parts.close()
    return True


def _keep(folder: Folder, token: str) -> None:
    handle = os.open(folder.carrier_token, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(token + "\n")
