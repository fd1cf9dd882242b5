"""An operator begins, renews and recovers keys while everybody works; what was destroyed opens nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pytest
import sqlalchemy as sa

from feedback import wiring
from feedback.desk import compartments, reading, renewing, sealing, unlocking, visibility
from feedback.errors import WrongState
from feedback.models.compartment import CompartmentKey, Holding, RecoveryCopy
from feedback.models.event import Event
from feedback.models.staff import Role, Staff
from feedback.models.ticket import TicketKey
from feedback.ops import keys, renewal
from feedback.seal import password as passwords
from feedback.seal.box import BadSeal
from feedback.seal.keyfile import DeskKeys
from feedback.settings import Settings
from tests import factories
from tests.factories import Desk


@pytest.fixture
def own_keys(tmp_path: Path) -> Path:
    """A key file of this test alone, since it is renewed."""
    path = tmp_path / "own.keys"
    DeskKeys.create(path)
    return path


@pytest.fixture
def settings(database_url: str, own_keys: Path, token_file: Path) -> Settings:
    """The desk with that key file."""
    return factories.settings(database_url, own_keys, token_file)


@pytest.fixture
def everyone(desk: Desk, parts: wiring.Parts) -> dict[str, list[Staff]]:
    """Two holders for each compartment."""
    return {name: [desk.holder(name) for _ in range(2)] for name in parts.response.compartments}


def test_what_was_sensitive_before_there_were_keys_is_sealed_when_they_begin(
    desk: Desk, parts: wiring.Parts, everyone: dict[str, list[Staff]]
) -> None:
    ticket = desk.ticket("canary", tier="T3-G", sector="gbv")
    made = keys.begin(parts)
    assert set(made) == set(parts.response.compartments)
    assert [row.recipient for row in desk.rows(TicketKey, TicketKey.ticket_id == ticket.id)] == ["c:gbv"]


def test_keys_do_not_begin_while_a_compartment_has_one_holder(desk: Desk, parts: wiring.Parts) -> None:
    desk.holder("gbv")
    with pytest.raises(keys.NoKeys):
        keys.begin(parts)


@pytest.mark.parametrize("lacks", [{"active": False}, {"public_key": None}], ids=["let go", "never signed in"])
def test_who_can_not_open_it_is_passed_over_when_keys_begin(
    desk: Desk, parts: wiring.Parts, everyone: dict[str, list[Staff]], lacks: dict[str, object]
) -> None:
    third = desk.holder("gbv")
    with desk.at() as session:
        for name, value in lacks.items():
            setattr(desk.mine(session, third), name, value)
    keys.begin(parts)
    assert {row.staff_id for row in desk.rows(Holding, Holding.compartment == "gbv")} == {
        one.id for one in everyone["gbv"]
    }


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.AUDITOR, Role.INTERPRETER, Role.PARTNER])
def test_a_clearance_of_a_role_that_passes_no_wall_brings_no_key_when_keys_begin(
    desk: Desk, parts: wiring.Parts, everyone: dict[str, list[Staff]], role: Role
) -> None:
    third = desk.holder("gbv", role=role)
    keys.begin(parts)
    assert desk.rows(Holding, Holding.staff_id == third.id) == []


def test_beginning_again_changes_nothing(parts: wiring.Parts, everyone: dict[str, list[Staff]]) -> None:
    keys.begin(parts)
    assert keys.begin(parts) == {}


def test_the_desk_key_is_renewed_and_the_older_one_is_gone(desk: Desk, parts: wiring.Parts, own_keys: Path) -> None:
    tickets = [desk.ticket(f"water {number}") for number in range(5)]
    before = {row.ticket_id: row.wrapped for row in desk.rows(TicketKey)}
    done = keys.renew_desk(parts, sleep=_see_the_new_key(parts))
    assert done == len(before)
    assert list(DeskKeys.read(own_keys).generations) == [2]
    with desk.at() as session:
        assert len(sealing.keys(session, [ticket.id for ticket in tickets])) == 5
    assert all(row.wrapped != before[row.ticket_id] for row in desk.rows(TicketKey))


def test_a_renewal_that_was_interrupted_goes_on_where_it_stopped(
    desk: Desk, parts: wiring.Parts, own_keys: Path
) -> None:
    for number in range(5):
        desk.ticket(f"water {number}")
    DeskKeys.renew_desk(own_keys)
    _see_the_new_key(parts)(0)
    with desk.at() as session:
        renewing.rewrap_desk(session, limit=2)
    assert keys.renew_desk(parts, sleep=_see_the_new_key(parts)) == 3
    assert list(DeskKeys.read(own_keys).generations) == [2]


def test_by_hand_the_older_key_stays_as_long_as_when_a_machine_renews_it(
    desk: Desk, parts: wiring.Parts, own_keys: Path
) -> None:
    """What a slow process wraps under it meanwhile is not lost."""
    desk.ticket("water")
    waited: list[tuple[float, int]] = []

    def sleep(seconds: float) -> None:
        _see_the_new_key(parts)(seconds)
        waited.append((seconds, len(DeskKeys.read(own_keys).generations)))

    keys.renew_desk(parts, sleep=sleep)
    assert sum(seconds for seconds, _ in waited) >= renewal.GRACE.total_seconds() - 1
    assert {generations for _, generations in waited} == {2}
    assert list(DeskKeys.read(own_keys).generations) == [2]


def test_when_the_schedule_is_quicker_the_older_key_is_destroyed_once(
    desk: Desk, parts: wiring.Parts, own_keys: Path
) -> None:
    rounds = iter([lambda: None, lambda: renewal.finish(parts)])

    def sleep(seconds: float) -> None:
        _see_the_new_key(parts)(seconds)
        next(rounds)()

    keys.renew_desk(parts, sleep=sleep)
    assert len(desk.rows(Event, Event.action == "destroy desk key")) == 1


def test_a_compartment_key_is_renewed_by_a_holder_and_all_its_tickets_follow(
    desk: Desk, parts: wiring.Parts, everyone: dict[str, list[Staff]]
) -> None:
    keys.begin(parts)
    tickets = [desk.ticket("canary words", tier="T3-G", sector="gbv") for _ in range(3)]
    holder = everyone["gbv"][0]
    done = keys.renew_compartment(parts, "gbv", holder.login, factories.PASSWORD)
    assert done == 3
    with desk.at(staff=True) as session:
        session.info["ring"] = compartments.ring(session, holder, desk.private_key(holder))
        found = visibility.find_ticket(session, holder, tickets[0].reference)
        assert reading.view(session, holder, found).thread[0].words == "canary words"
    generation, behind, standing = keys.status(parts)
    assert (generation, behind) == (1, 0)
    assert {one.compartment: one.generation for one in standing}["gbv"] == 2
    for table in (CompartmentKey, Holding, RecoveryCopy):  # of the older key nothing is left that opens it
        assert {row.generation for row in desk.rows(table, table.compartment == "gbv")} == {2}


def test_a_renewal_ends_where_a_holder_lacks_an_older_generation_and_keeps_it_for_another(
    desk: Desk, parts: wiring.Parts, everyone: dict[str, list[Staff]]
) -> None:
    keys.begin(parts)
    desk.ticket("canary words", tier="T3-G", sector="gbv")
    holder = everyone["gbv"][0]
    with desk.at() as session:
        mine, private = desk.mine(session, holder), desk.private_key(holder)
        compartments.renew(session, mine, compartments.ring(session, mine, private), "gbv")
        session.execute(sa.delete(Holding).where(Holding.staff_id == holder.id, Holding.generation == 1))
    assert keys.renew_compartment(parts, "gbv", holder.login, factories.PASSWORD) == 0
    assert {row.generation for row in desk.rows(CompartmentKey, CompartmentKey.compartment == "gbv")} == {1, 2, 3}


def test_a_stranger_renews_nothing(parts: wiring.Parts, desk: Desk, everyone: dict[str, list[Staff]]) -> None:
    keys.begin(parts)
    with pytest.raises(keys.NoKeys):
        keys.renew_compartment(parts, "gbv", everyone["gbv"][0].login, "not the password")


def test_a_password_that_cost_more_to_derive_counts_for_commands_too(desk: Desk, parts: wiring.Parts) -> None:
    staff = desk.staff(Role.COORDINATOR)
    with desk.at() as session, mock.patch.object(passwords, "NOW", passwords.Cost(memory=8 * 1024, turns=2)):
        unlocking.set_password(desk.mine(session, staff), factories.PASSWORD)
    assert keys.person(parts, staff.login, factories.PASSWORD) == staff.id
    with pytest.raises(keys.NoKeys):
        keys.person(parts, staff.login, "not the password")


def test_who_was_let_go_renews_nothing(parts: wiring.Parts, desk: Desk, everyone: dict[str, list[Staff]]) -> None:
    keys.begin(parts)
    with desk.at() as session:
        desk.mine(session, everyone["gbv"][0]).active = False
    with pytest.raises(keys.NoKeys):
        keys.renew_compartment(parts, "gbv", everyone["gbv"][0].login, factories.PASSWORD)
    assert {row.generation for row in desk.rows(Holding, Holding.compartment == "gbv")} == {1}


def test_nobody_is_no_holder(parts: wiring.Parts, everyone: dict[str, list[Staff]]) -> None:
    made = keys.begin(parts)
    with pytest.raises(keys.NoKeys):
        keys.recover(parts, "gbv", made["gbv"]["a"], made["gbv"]["b"], "nobody-here")


def test_with_two_parts_a_newcomer_holds_a_compartment(
    desk: Desk, parts: wiring.Parts, everyone: dict[str, list[Staff]]
) -> None:
    made = keys.begin(parts)
    ticket = desk.ticket("canary words", tier="T3-G", sector="gbv")
    newcomer = desk.holder("screening", role=Role.FOCAL_POINT)
    keys.recover(parts, "gbv", made["gbv"]["c"], made["gbv"]["a"], newcomer.login)
    with desk.at() as session:
        session.info["ring"] = compartments.ring(session, newcomer, desk.private_key(newcomer))
        assert len(sealing.key(session, ticket.id)) == 32


def test_two_parts_open_what_was_sealed_after_later_renewals_too(
    desk: Desk, parts: wiring.Parts, everyone: dict[str, list[Staff]]
) -> None:
    made = keys.begin(parts)
    for _ in range(2):
        keys.renew_compartment(parts, "gbv", everyone["gbv"][0].login, factories.PASSWORD)
    ticket = desk.ticket("canary words", tier="T3-G", sector="gbv")
    newcomer = desk.holder("screening", role=Role.FOCAL_POINT)
    keys.recover(parts, "gbv", made["gbv"]["b"], made["gbv"]["a"], newcomer.login)
    with desk.at() as session:
        session.info["ring"] = compartments.ring(session, newcomer, desk.private_key(newcomer))
        assert len(sealing.key(session, ticket.id)) == 32
    assert "gbv" in desk.mine_again(newcomer).clearances
    (line,) = desk.rows(Event, Event.action == "recover")
    assert line.detail == f"gbv staff:{newcomer.id}"


def test_who_keeps_a_part_is_told_by_the_command(
    desk: Desk, parts: wiring.Parts, everyone: dict[str, list[Staff]]
) -> None:
    keys.begin(parts)
    keeper = everyone["psea"][0]
    keys.keep(parts, "gbv", "b", login=keeper.login)
    keys.keep(parts, "gbv", "c", office="Notary, Dhaka")
    with pytest.raises(keys.NoKeys):
        keys.keep(parts, "gbv", "a", login="nobody-here")
    assert [one.name for one in keys.keepers(parts) if one.compartment == "gbv"] == [None, keeper.name, "Notary, Dhaka"]


WRONG_PARTS = {
    "of another compartment": lambda made: (made["psea"]["a"], made["psea"]["b"]),
    "of two compartments": lambda made: (made["gbv"]["a"], made["psea"]["b"]),
    "one part twice": lambda made: (made["gbv"]["a"], made["gbv"]["a"]),
    "one part and its letter changed": lambda made: (made["gbv"]["a"], "b" + made["gbv"]["a"][1:]),
    "a slip of the pen": lambda made: (
        made["gbv"]["a"],
        made["gbv"]["b"][:-1] + ("a" if made["gbv"]["b"][-1] != "a" else "b"),
    ),
    "nothing": lambda made: ("", ""),
    "no part of ours": lambda made: ("hello", "world"),
}


def test_wrong_parts_are_refused_and_nobody_becomes_a_holder(
    desk: Desk, parts: wiring.Parts, everyone: dict[str, list[Staff]]
) -> None:
    made = keys.begin(parts)
    newcomer = desk.holder("screening", role=Role.FOCAL_POINT)
    for name, choose in WRONG_PARTS.items():
        with pytest.raises(BadSeal):
            keys.recover(parts, "gbv", *choose(made), newcomer.login)
        assert desk.mine_again(newcomer).clearances == ["screening"], name
    assert desk.rows(Holding, Holding.staff_id == newcomer.id) == []


def test_a_kit_whose_copies_are_gone_brings_nobody_in_and_is_told(
    desk: Desk, parts: wiring.Parts, everyone: dict[str, list[Staff]]
) -> None:
    made = keys.begin(parts)
    with desk.at() as session:
        session.execute(sa.delete(RecoveryCopy).where(RecoveryCopy.compartment == "gbv"))
    newcomer = desk.holder("screening", role=Role.FOCAL_POINT)
    with pytest.raises(BadSeal):
        keys.recover(parts, "gbv", made["gbv"]["a"], made["gbv"]["b"], newcomer.login)
    assert desk.rows(Holding, Holding.staff_id == newcomer.id) == []
    assert [one.compartment for one in keys.status(parts)[2] if not one.recovery] == ["gbv"]


def test_a_compartment_without_a_key_is_not_recovered(desk: Desk, parts: wiring.Parts) -> None:
    newcomer = desk.holder("screening", role=Role.FOCAL_POINT)
    with pytest.raises(WrongState):
        keys.recover(parts, "gbv", "a-aaaa", "b-bbbb", newcomer.login)
    assert desk.mine_again(newcomer).clearances == ["screening"]


def _see_the_new_key(parts: wiring.Parts) -> Callable[[float], None]:
    """Instead of waiting: let the vault look at its file now."""

    def look(_seconds: float) -> None:
        parts.vault._read_at = float("-inf")

    return look
