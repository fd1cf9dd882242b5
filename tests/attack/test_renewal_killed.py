"""Keys are renewed by a process that is killed at random moments: nothing becomes unreadable, and old keys open nothing (D38, I26)."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from channels.contract import Inbound
from feedback import wiring
from feedback.desk import compartments, sealing
from feedback.models.contact import Contact
from feedback.models.staff import Staff
from feedback.models.ticket import TicketKey
from feedback.ops import keys
from feedback.seal.box import BadSeal
from feedback.seal.keyfile import DeskKeys
from feedback.seal.ring import Ring
from feedback.seal.vault import Vault
from feedback.settings import Settings
from tests import factories
from tests.factories import Desk, inbound
from tests.trials import trials

ROWS, KILLS = trials(default=40, release=2_000), trials(default=1, release=20)
pytestmark = pytest.mark.timeout(120 if ROWS < 1_000 else 3_600)
LONGEST = 0.4 if ROWS < 1_000 else 3.0
"""Seconds after which the process is killed at the latest; a kill that comes after its end is tried again."""

CHILD = """
import sys
from feedback import wiring
from feedback.ops import keys
from feedback.settings import Settings
parts = wiring.live(Settings.from_env())
print("ready", flush=True)
if len(sys.argv) > 1:
    keys.renew_compartment(parts, *sys.argv[1:])
else:
    keys.renew_desk(parts, sleep=lambda seconds: setattr(parts.vault, "_read_at", float("-inf")))
"""


@pytest.fixture
def own_keys(tmp_path: Path) -> Path:
    """A key file of this test alone, since it is renewed."""
    path = tmp_path / "elsewhere" / "own.keys"
    DeskKeys.create(path)
    return path


@pytest.fixture
def settings(database_url: str, own_keys: Path, token_file: Path) -> Settings:
    """The desk with that key file."""
    return factories.settings(database_url, own_keys, token_file)


def killed(settings: Settings, *more: str) -> bool:
    """Let a process renew, and kill it somewhere on its way. False: it had come to its end."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("FEEDBACK_")}
    env |= {"FEEDBACK_KEY_FILE": str(settings.key_file), "FEEDBACK_DATABASE_URL": settings.database_url}
    with subprocess.Popen([sys.executable, "-c", CHILD, *more], env=env, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        time.sleep(random.uniform(0, LONGEST))
        child.send_signal(signal.SIGKILL)
        return child.wait() == -signal.SIGKILL


def kill_often(settings: Settings, *more: str) -> None:
    """So many processes that were killed on their way, one after the other."""
    done = tries = 0
    while done < KILLS:
        done, tries = done + killed(settings, *more), tries + 1
        assert tries < 10 * KILLS


@pytest.mark.plan("D38", trials=KILLS)
def test_the_desks_key(desk: Desk, parts: wiring.Parts, settings: Settings) -> None:
    senders = [factories.phone() for _ in range(ROWS)]
    ids = desk.hear(*(_text(sender) for sender in senders))
    before = DeskKeys.read(settings.key_file)
    kill_often(settings)
    keys.renew_desk(parts, sleep=_see_the_new_key(parts))
    with desk.at() as session:
        assert len(sealing.keys(session, ids)) == ROWS
    assert {contact.address_index for contact in desk.rows(Contact)} == {
        parts.vault.address_index("screening", sender) for sender in senders
    }
    rows = desk.rows(TicketKey)
    assert len(DeskKeys.read(settings.key_file).generations) == 1
    assert sum(_opens(Vault(before), row) for row in rows) == 0
    assert sum(_opens(parts.vault, row) for row in rows) == len(rows)


@pytest.mark.plan("D38", trials=KILLS)
def test_a_compartments_key(desk: Desk, parts: wiring.Parts, settings: Settings) -> None:
    holders = {name: [desk.holder(name) for _ in range(2)] for name in parts.response.compartments}
    keys.begin(parts)
    focal, other = holders["gbv"]
    tickets = [desk.ticket("canary words", tier="T3-G", sector="gbv") for _ in range(ROWS)]
    ids = [ticket.id for ticket in tickets]
    with desk.at() as session:
        before = compartments.ring(session, focal, desk.private_key(focal))
    kill_often(settings, "gbv", focal.login, factories.PASSWORD)
    keys.renew_compartment(parts, "gbv", other.login, factories.PASSWORD)
    for person in (focal, other):
        assert _opened(desk, ids, _ring_of(desk, person)) == len(ids)
    assert _opened(desk, ids, lambda session: before) == 0
    assert {row.generation for row in desk.rows(TicketKey, TicketKey.ticket_id.in_(ids))} == {
        {one.compartment: one.generation for one in keys.status(parts)[2]}["gbv"]
    }


def _ring_of(desk: Desk, person: Staff) -> Callable[..., Ring]:
    """Makes the ring of a person as it is now."""
    return lambda session: compartments.ring(session, person, desk.private_key(person))


def _opened(desk: Desk, ids: list[int], ring: Callable[..., Ring]) -> int:
    with desk.at() as session:
        session.info["ring"] = ring(session)
        return len(sealing.keys(session, ids))


def _opens(vault: Vault, row: TicketKey) -> bool:
    try:
        return len(vault.unwrap(row.ticket_id, row.generation, row.wrapped)) == 32
    except BadSeal:
        return False


def _text(sender: str) -> Inbound:
    return inbound("no water", address=sender)


def _see_the_new_key(parts: wiring.Parts) -> Callable[[float], None]:
    """Instead of waiting: let the vault look at its file now."""

    def look(_seconds: float) -> None:
        parts.vault._read_at = float("-inf")

    return look
