"""The desk's key is renewed by itself each week, in steps, and what is late is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from feedback import wiring
from feedback.desk import sealing, search
from feedback.models.contact import Contact
from feedback.models.event import Event
from feedback.models.staff import Role
from feedback.models.ticket import Term, TicketKey
from feedback.ops import doctor, renewal
from feedback.ops.renewal import Stand
from feedback.seal.keyfile import DeskKeys
from feedback.settings import Settings
from tests import factories
from tests.factories import Desk, inbound

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(START, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def own_keys(tmp_path: Path, clock: time_machine.Coordinates) -> Path:
    """A key file of this test alone, since it is renewed."""
    path = tmp_path / "elsewhere" / "own.keys"
    DeskKeys.create(path)
    return path


@pytest.fixture
def settings(database_url: str, own_keys: Path, token_file: Path) -> Settings:
    """The desk with that key file."""
    return factories.settings(database_url, own_keys, token_file)


def looking(parts: wiring.Parts) -> Callable[[float], None]:
    """Instead of waiting: let the vault look at its file now."""

    def look(_seconds: float) -> None:
        parts.vault._read_at = float("-inf")

    return look


def test_a_week_passes_before_a_key_is_due(parts: wiring.Parts, clock: time_machine.Coordinates) -> None:
    assert renewal.advance(parts, sleep=looking(parts)) is Stand.FRESH
    clock.shift(timedelta(days=7, seconds=-1))
    assert renewal.stand(parts) is Stand.FRESH
    clock.shift(timedelta(seconds=1))
    assert renewal.stand(parts) is Stand.DUE


def test_the_older_key_stays_for_a_quarter_of_an_hour_and_is_then_destroyed(
    desk: Desk, parts: wiring.Parts, own_keys: Path, clock: time_machine.Coordinates
) -> None:
    """So that what a slow process wrapped under it is not lost."""
    ticket = desk.ticket("water")
    clock.shift(timedelta(days=7))
    assert renewal.advance(parts, sleep=looking(parts)) is Stand.HALFWAY
    clock.shift(renewal.GRACE - timedelta(seconds=1))
    assert renewal.advance(parts, sleep=looking(parts)) is Stand.HALFWAY
    clock.shift(timedelta(seconds=1))
    assert renewal.advance(parts, sleep=looking(parts)) is Stand.FRESH
    assert list(DeskKeys.read(own_keys).generations) == [2]
    assert {row.generation for row in desk.rows(TicketKey)} == {2}
    with desk.at() as session:
        assert sealing.key(session, ticket.id)


def test_a_renewal_that_is_halfway_is_not_begun_again_is_late_after_a_day_and_each_step_is_an_event(
    desk: Desk, parts: wiring.Parts, own_keys: Path, clock: time_machine.Coordinates
) -> None:
    clock.shift(timedelta(days=7))
    assert renewal.advance(parts, sleep=looking(parts)) is Stand.HALFWAY
    renewal.begin(parts)
    assert list(DeskKeys.read(own_keys).generations) == [1, 2]
    clock.shift(renewal.LATE)
    assert not renewal.late(parts)
    clock.shift(timedelta(seconds=1))
    assert renewal.late(parts)
    assert renewal.advance(parts, sleep=looking(parts)) is Stand.FRESH
    told = desk.rows(Event, Event.action.like("% desk key"))
    assert sorted(one.action for one in told) == ["destroy desk key", "renew desk key"]


def test_numbers_and_words_are_found_before_during_and_after_a_renewal(
    desk: Desk, parts: wiring.Parts, clock: time_machine.Coordinates
) -> None:
    agent, sender = desk.staff(Role.AGENT), factories.phone()
    ticket = desk.ticket("the tapstand is dry", address=sender)
    before = {row.hmac64 for row in desk.rows(Term)}, desk.rows(Contact)[0].address_index
    clock.shift(timedelta(days=7))
    for wait in (timedelta(0), renewal.GRACE):
        clock.shift(wait)
        renewal.begin(parts)
        looking(parts)(0)
        assert [one.id for one in desk.do(search.find, agent, "tapstand")] == [ticket.id]
        renewal.advance(parts, sleep=looking(parts))
        looking(parts)(0)
        assert [one.id for one in desk.do(search.find, agent, "tapstand")] == [ticket.id]
    after = {row.hmac64 for row in desk.rows(Term)}, desk.rows(Contact)[0].address_index
    assert not before[0] & after[0]
    assert len(after[0]) == len(before[0])
    assert after[1] == parts.vault.address_index(None, sender) != before[1]


def test_a_text_that_no_machine_has_read_yet_keeps_the_wall_of_its_number(
    desk: Desk, parts: wiring.Parts, clock: time_machine.Coordinates
) -> None:
    sender = factories.phone()
    desk.hear(inbound(address=sender))
    renewal.renew(parts, sleep=looking(parts))
    assert desk.rows(Contact)[0].address_index == parts.vault.address_index("screening", sender)


def test_a_key_in_use_is_waited_for(desk: Desk, parts: wiring.Parts, own_keys: Path) -> None:
    desk.ticket("water")
    renewal.begin(parts)
    looking(parts)(0)
    with pytest.raises(renewal.Behind):
        renewal.finish(parts)
    assert sorted(DeskKeys.read(own_keys).generations) == [1, 2]


def test_the_doctor_tells_the_age_of_the_key_and_when_it_is_overdue(
    desk: Desk, parts: wiring.Parts, settings: Settings, clock: time_machine.Coordinates
) -> None:
    def told() -> doctor.Finding:
        return {one.what: one for one in doctor.examine(settings)}["desk key"]

    clock.shift(timedelta(days=3))
    assert told() == doctor.Finding("desk key", True, "3 days old")
    clock.shift(timedelta(days=5, seconds=1))
    assert not told().well
    assert "overdue" in told().words


def test_a_key_file_of_before_says_no_age_and_is_renewed_at_once(
    parts: wiring.Parts, own_keys: Path, clock: time_machine.Coordinates
) -> None:
    import json

    content = json.loads(own_keys.read_text())
    for name in ("made", "index"):
        del content[name]
    own_keys.chmod(0o600)
    own_keys.write_text(json.dumps(content))
    own_keys.chmod(0o400)
    assert renewal.stand(parts) is Stand.DUE
    renewal.renew(parts, sleep=looking(parts))
    assert renewal.stand(parts) is Stand.FRESH


def test_where_the_setting_says_never_no_key_is_due(
    database_url: str, own_keys: Path, token_file: Path, clock: time_machine.Coordinates
) -> None:
    parts = wiring.live(factories.settings(database_url, own_keys, token_file, renew_key_days=0))
    clock.shift(timedelta(days=400))
    assert renewal.stand(parts) is Stand.FRESH
    assert not renewal.late(parts)
    parts.close()
