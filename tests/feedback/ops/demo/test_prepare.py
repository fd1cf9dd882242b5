"""A demo is made once, holds every role and every kind of ticket, and never gets into a real installation."""

from __future__ import annotations

import json
from collections import Counter

import pytest
import sqlalchemy as sa

from channels.contract import ChannelName, Wish
from feedback import clock, wiring
from feedback.desk import listeners, sessions
from feedback.models.event import Event
from feedback.models.installation import Installation
from feedback.models.message import Message
from feedback.models.reply import Reply, ReplyState
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Outcome, Status, Ticket
from feedback.ops import migrate
from feedback.ops.demo import history, prepare
from feedback.ops.demo.settings import settings
from feedback.ops.folder import Folder
from feedback.seal.keyfile import DeskKeys


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A demo as it is made, in a folder of its own."""
    home = Folder.at(tmp_path_factory.mktemp("demo"))
    assert prepare.prepare(home)
    parts = wiring.live(settings(home, port=8000, sandbox_port=8001))
    yield home, parts
    parts.close()


def tickets(parts) -> list[Ticket]:
    with parts.database.transaction(write=False) as session:
        return list(session.scalars(sa.select(Ticket)))


def test_there_is_someone_of_every_role_to_sign_in_as(demo):
    _, parts = demo
    with parts.database.transaction(write=False) as session:
        assert set(session.scalars(sa.select(Staff.role))) == set(Role)
        shown = sessions.demo_accounts(session)
    with parts.database.transaction() as session:
        one = shown[0]
        assert sessions.sign_in(session, one["login"], one["password"], one["code"], source="test") is not None


def test_every_compartment_has_a_holder(demo):
    _, parts = demo
    with parts.database.transaction(write=False) as session:
        held = {one for clearances in session.scalars(sa.select(Staff.clearances)) for one in clearances}
    assert held == set(parts.response.compartments)


def test_tickets_are_of_all_channels_statuses_languages_and_walls(demo):
    found = tickets(demo[1])
    assert len(found) > 50
    assert {one.channel for one in found} == set(ChannelName)
    assert {one.status for one in found} >= {
        Status.NEW,
        Status.TRIAGED,
        Status.ASSIGNED,
        Status.ANSWERED,
        Status.CLOSED,
    }
    assert {one.language for one in found} >= {"en", "bn", "bn-Latn", "my"}
    assert {one.outcome for one in found} >= {Outcome.TOLD, Outcome.SPAM, Outcome.WRONG_NUMBER}
    walls = Counter(one.compartment for one in found)
    assert set(walls) == {None, *demo[1].response.compartments}


def test_answers_stand_at_every_point_of_their_way_but_none_waits_to_be_sent(demo):
    with demo[1].database.transaction(write=False) as session:
        states = set(session.scalars(sa.select(Reply.state)))
    assert states == {ReplyState.DELIVERED, ReplyState.FAILED, ReplyState.BY_HAND}


def test_the_past_is_told_in_order_and_ends_before_now(demo):
    with demo[1].database.transaction(write=False) as session:
        began = {one.id: one.created_at for one in session.scalars(sa.select(Ticket))}
        moments: dict[int, list] = {}
        for event in session.scalars(sa.select(Event).where(Event.ticket_id.is_not(None)).order_by(Event.id)):
            moments.setdefault(event.ticket_id, []).append(event.at)
    assert all(times == sorted(times) and times[0] >= began[ticket] for ticket, times in moments.items())


def test_no_words_of_the_invented_people_stand_in_the_file(demo):
    home, parts = demo
    parts.close()
    content = b"".join(path.read_bytes() for path in home.root.glob("desk.db*"))
    assert b"+88017" not in content
    assert not any(words in content for words in (b"Camp 9 block C", b"husband", "রেশন".encode()))


def test_the_second_time_nothing_is_added(demo):
    home, parts = demo
    before = len(tickets(parts))
    assert not prepare.prepare(home)
    assert len(tickets(parts)) == before


def test_the_page_of_the_phone_gets_the_accounts_and_nobody_else_does(demo):
    home, _ = demo
    shown = json.loads(home.accounts.read_text())
    assert {"role", "name", "password", "does", "totp_secret"} == set(shown[0])
    assert home.accounts.stat().st_mode & 0o077 == 0


def test_a_rehearsal_gets_accounts_and_no_tickets(tmp_path):
    home = Folder.at(tmp_path)
    prepare.prepare(home, tickets=False)
    parts = wiring.live(settings(home, port=8000, sandbox_port=8001))
    with parts.database.transaction(write=False) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Staff))
        assert not session.scalar(sa.select(sa.func.count()).select_from(Message))
    parts.close()


def test_nothing_of_a_demo_gets_into_an_installation_that_is_none(tmp_path):
    home = Folder.at(tmp_path)
    DeskKeys.create(home.key_file)
    home.carrier_token.write_text("0" * 32)
    parts = wiring.live(settings(home, port=8000, sandbox_port=8001))
    migrate.migrate(parts.database)
    with parts.database.transaction() as session:
        session.add(Installation(name="demo", word="0"))
    parts.close()
    with pytest.raises(prepare.NotADemo):
        prepare.prepare(home)


def test_a_history_that_fails_leaves_no_half_made_demo(tmp_path, monkeypatch):
    def fail(*_):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(history, "write", fail)
    with pytest.raises(RuntimeError):
        prepare.prepare(Folder.at(tmp_path))
    monkeypatch.undo()
    assert prepare.prepare(Folder.at(tmp_path), tickets=False)


def test_somebody_is_on_the_line_at_any_hour_and_again_at_each_start(demo):
    home, parts = demo
    with parts.database.transaction() as session:
        (listener,) = listeners.on(session, clock.now())
        assert listeners.fits(listener, Wish.WOMAN, "bn")
        assert parts.response.listening.open_at(clock.now().replace(hour=20))
        listener.on_until = None
    assert not prepare.prepare(home)
    with parts.database.transaction() as session:
        assert len(listeners.on(session, clock.now())) == 1
