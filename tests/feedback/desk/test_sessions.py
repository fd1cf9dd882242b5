"""Sessions: begun with a proof that the table of the door tries, ended when they should be (I15, I33; D47)."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa
import time_machine

from feedback import clock
from feedback.desk import sessions
from feedback.models.installation import Installation
from feedback.models.staff import Staff, StaffSession
from tests.factories import PASSWORD, SEED, Desk

NOON = clock.now().replace(hour=12, minute=0, second=5, microsecond=0)


def _find(desk: Desk, token: str) -> Staff | None:
    with desk.at(write=False) as session:
        return sessions.find(session, token)


def test_name_password_and_code_together_open_a_session(desk: Desk) -> None:
    staff = desk.staff()
    with desk.at() as session:
        code = pyotp.TOTP(SEED).at(clock.now())
        signed = sessions.sign_in(session, f"  {staff.login.upper()} ", PASSWORD, code, source="10.0.0.1")
    assert signed is not None
    found = _find(desk, signed[1])
    assert found is not None
    assert found.id == staff.id
    assert [row.factor for row in desk.rows(StaffSession)] == ["app"]


def test_each_sign_in_is_a_new_session_whose_token_is_not_kept(desk: Desk) -> None:
    staff = desk.staff()
    with desk.at() as session:
        tokens = [sessions.start(session, staff) for _ in range(3)]
    kept = {row.digest for row in desk.rows(StaffSession)}
    assert kept == {hashlib.sha256(token.encode()).digest() for token in tokens}
    assert all(len(token) >= 43 for token in tokens)


def test_a_session_ends_when_nobody_is_there(desk: Desk) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        token = _start(desk)
        now.shift(sessions.IDLE - timedelta(seconds=1))
        assert _find(desk, token)
        with desk.at() as session:
            sessions.touch(session, token)
        now.shift(sessions.IDLE - timedelta(seconds=1))
        assert _find(desk, token)
        now.shift(timedelta(seconds=2))
        assert _find(desk, token) is None


def test_a_session_ends_after_twelve_hours_however_busy_the_person_is(desk: Desk) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        token = _start(desk)
        for _ in range(12 * 3 - 1):
            now.shift(timedelta(minutes=20))
            with desk.at() as session:
                sessions.touch(session, token)
        assert _find(desk, token)
        now.shift(timedelta(minutes=20))
        assert _find(desk, token) is None


def test_signing_out_ends_this_session_and_no_other(desk: Desk) -> None:
    staff = desk.staff()
    mine, other = _start(desk, staff), _start(desk, staff)
    with desk.at() as session:
        sessions.end(session, mine)
    assert (_find(desk, mine), _find(desk, other) is not None) == (None, True)


def test_who_was_let_go_has_no_session_at_the_next_request(desk: Desk) -> None:
    staff = desk.staff()
    token = _start(desk, staff)
    with desk.at() as session:  # even where the verb that ends the sessions was not called
        session.execute(sa.update(Staff).where(Staff.id == staff.id).values(active=False))
    assert _find(desk, token) is None


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "\N{SNOWMAN}"])
def test_no_other_token_finds_anybody(desk: Desk, token: str) -> None:
    _start(desk)
    assert _find(desk, token) is None


def test_the_proof_of_a_form_belongs_to_one_session(desk: Desk) -> None:
    mine, other = _start(desk), _start(desk)
    assert sessions.proves(mine, sessions.csrf(mine))
    assert not sessions.proves(mine, sessions.csrf(other))
    assert not sessions.proves(mine, "")
    assert mine not in sessions.csrf(mine)


def test_accounts_are_shown_in_a_demo_only(desk: Desk) -> None:
    desk.staff()
    with desk.at(write=False) as session:
        assert sessions.demo_accounts(session) == []
    with desk.at() as session:
        session.add(Installation(name="demo", word="1"))
    with desk.at(write=False) as session:
        (account,) = sessions.demo_accounts(session)
    assert account["role"] == "agent"


def _start(desk: Desk, staff: Staff | None = None) -> str:
    staff = staff or desk.staff()
    with desk.at() as session:
        return sessions.start(session, staff)
