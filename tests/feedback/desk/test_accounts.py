"""Accounts: added with what the response knows, a password worth the name, let go at once (decision 16, I15)."""

from __future__ import annotations

import pyotp
import pytest

from feedback import clock
from feedback.desk import accounts, sessions
from feedback.errors import Invalid, NotAllowed, NotFound
from feedback.models.event import Event
from feedback.models.staff import Role, Staff, StaffSession
from tests.factories import PASSWORD, Desk

GIVEN = {"login": "amina", "name": "Amina", "role": Role.VOLUNTEER, "password": "three words here"}


def _add(desk: Desk, **more: object) -> tuple[Staff, str]:
    with desk.at(staff=True) as session:
        return accounts.add(session, **{**GIVEN, **more})  # type: ignore[arg-type]


def test_who_was_added_can_sign_in(desk: Desk) -> None:
    _, seed = _add(desk, places=["camp-9"])
    with desk.at() as session:
        code = pyotp.TOTP(seed).at(clock.now())
        assert sessions.sign_in(session, "amina", "three words here", code, source="here")


def test_neither_password_nor_seed_is_kept_as_it_is(desk: Desk) -> None:
    _, seed = _add(desk)
    (staff,) = desk.rows(Staff)
    kept = staff.verifier + staff.salt + (staff.totp or b"")
    assert seed.encode() not in kept
    assert b"three words" not in kept


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"password": "short"}, "password"),
        ({"password": "a" * 20}, "password"),
        ({"password": "x y z " * 50}, "password"),
        ({"login": "Amina K"}, "login"),
        ({"login": "a"}, "login"),
        ({"name": "  "}, "name"),
        ({"places": ["atlantis"]}, "places"),
        ({"sectors": ["water"]}, "sectors"),
        ({"agency": "nobody"}, "agencies"),
        ({"clearances": ["secrets"]}, "clearances"),
    ],
)
def test_what_can_not_be_is_named(desk: Desk, wrong: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        _add(desk, **wrong)
    assert field in refusal.value.fields
    assert desk.rows(Staff) == []


@pytest.mark.parametrize("role", [Role.PARTNER, Role.INTERPRETER, Role.OPERATOR])
def test_who_passes_no_wall_is_given_no_clearance(desk: Desk, role: Role) -> None:
    with pytest.raises(Invalid) as refusal:
        _add(desk, role=role, agency="heron", clearances=["gbv"])
    assert set(refusal.value.fields) == {"clearances"}


def test_a_partner_belongs_to_an_agency(desk: Desk) -> None:
    with pytest.raises(Invalid) as refusal:
        _add(desk, role=Role.PARTNER)
    assert set(refusal.value.fields) == {"agency"}
    assert _add(desk, role=Role.PARTNER, agency="heron")[0].agency == "heron"


def test_a_name_is_given_once(desk: Desk) -> None:
    _add(desk)
    with pytest.raises(Invalid) as refusal:
        _add(desk)
    assert list(refusal.value.fields) == ["login"]


def test_only_who_runs_the_team_adds_and_nobody_gives_clearance_by_a_page(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        _add(desk, by=desk.staff(Role.AGENT))
    with pytest.raises(NotAllowed):
        _add(desk, by=desk.staff(Role.COORDINATOR), clearances=["gbv"])
    assert _add(desk, by=desk.staff(Role.COORDINATOR))


def test_a_new_password_ends_all_sessions_and_the_old_one_no_longer_works(desk: Desk) -> None:
    staff = desk.staff()
    with desk.at() as session:
        sessions.start(session, staff)
    with desk.at(staff=True) as session:
        session.add(staff)
        accounts.change_password(session, staff, PASSWORD, "four other words here")
    assert desk.rows(StaffSession) == []
    with pytest.raises(Invalid) as refusal, desk.at(staff=True) as session:
        accounts.change_password(session, staff, PASSWORD, "five other words here now")
    assert list(refusal.value.fields) == ["old"]


def test_letting_go_ends_every_session_at_once(desk: Desk) -> None:
    staff, coordinator = desk.staff(), desk.staff(Role.COORDINATOR)
    with desk.at() as session:
        token = sessions.start(session, staff)
    desk.do(accounts.deactivate, coordinator, staff.reference)
    with desk.at(write=False) as session:
        assert sessions.find(session, token) is None
    assert desk.rows(StaffSession) == []
    (event,) = desk.rows(Event, Event.action == "deactivate")
    assert (event.actor, event.detail) == (f"staff:{coordinator.id}", f"staff:{staff.id}")


def test_nobody_lets_themselves_go_and_only_the_team_lets_others_go(desk: Desk) -> None:
    staff, coordinator = desk.staff(), desk.staff(Role.COORDINATOR)
    with pytest.raises(NotAllowed):
        desk.do(accounts.deactivate, coordinator, coordinator.reference)
    with pytest.raises(NotAllowed):
        desk.do(accounts.deactivate, staff, coordinator.reference)
    with pytest.raises(NotFound):
        desk.do(accounts.deactivate, coordinator, "nobody")


def test_the_team_is_for_who_runs_it(desk: Desk) -> None:
    coordinator = desk.staff(Role.COORDINATOR)
    gone = desk.staff(active=False)
    assert [one.id for one in desk.do(accounts.team, coordinator)] == [coordinator.id, gone.id]
    with pytest.raises(NotAllowed):
        desk.do(accounts.team, desk.staff(Role.AGENT))
