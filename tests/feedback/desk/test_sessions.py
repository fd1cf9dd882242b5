"""Signing in: password and a code that counts once, sessions that end when they should (I15, I33; D46, D47)."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa
import time_machine

from feedback import clock
from feedback.desk import sessions
from feedback.errors import WrongState
from feedback.models.installation import Installation
from feedback.models.staff import Staff, StaffSession
from tests.factories import PASSWORD, SEED, Desk

NOON = clock.now().replace(hour=12, minute=0, second=5, microsecond=0)


@pytest.fixture(autouse=True)
def _few_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    """A password takes its time; three tries show as much as ten."""
    monkeypatch.setattr(sessions, "TRIES_IN_TEN_MINUTES", 3)


def _code(step: int = 0) -> str:
    return pyotp.TOTP(SEED).at(clock.now() + timedelta(seconds=30 * step))


def _try(
    desk: Desk, login: str, *, password: str = PASSWORD, code: str | None = None, source: str = "10.0.0.1"
) -> str | None:
    with desk.at() as session:
        signed = sessions.sign_in(session, login, password, code or _code(), source=source)
    return signed[1] if signed else None


def _find(desk: Desk, token: str) -> Staff | None:
    with desk.at(write=False) as session:
        return sessions.find(session, token)


def test_name_password_and_code_together_open_a_session(desk: Desk) -> None:
    staff = desk.staff()
    token = _try(desk, f"  {staff.login.upper()} ")
    assert token is not None
    found = _find(desk, token)
    assert found is not None
    assert found.id == staff.id


@pytest.mark.parametrize("fault", ["name", "password", "code", "no code", "code of another", "let go"])
def test_each_fault_is_refused_in_the_same_way(desk: Desk, fault: str) -> None:
    staff = desk.staff(active=fault != "let go")
    given = {"login": staff.login, "password": PASSWORD, "code": _code()}
    wrong = {
        "name": {"login": "nobody"}, "password": {"password": "wrong horse battery"}, "code": {"code": "000000"},
        "no code": {"code": "x"}, "code of another": {"code": pyotp.TOTP("KRSXG5CTMVRXEZLU" * 2).at(clock.now())},
    }  # fmt: skip
    given |= wrong.get(fault, {})
    assert _try(desk, given["login"], password=given["password"], code=given["code"]) is None
    assert desk.rows(StaffSession) == []


def test_a_code_counts_once(desk: Desk) -> None:
    staff = desk.staff()
    with time_machine.travel(NOON, tick=False):
        assert _try(desk, staff.login)
        assert _try(desk, staff.login) is None
    with time_machine.travel(NOON + timedelta(seconds=30), tick=False):
        assert _try(desk, staff.login, code=_code(-1)) is None  # the one that was used, within its drift
        assert _try(desk, staff.login)


@pytest.mark.parametrize(("drift", "forgiven"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_off(desk: Desk, drift: int, forgiven: bool) -> None:
    with time_machine.travel(NOON, tick=False):
        assert (_try(desk, desk.staff().login, code=_code(drift)) is not None) is forgiven


def test_a_code_in_bangla_digits_is_a_code(desk: Desk) -> None:
    written = _code().translate({ord(str(digit)): chr(0x9E6 + digit) for digit in range(10)})
    assert _try(desk, desk.staff().login, code=f"{written[:3]} {written[3:]}")


def test_who_guesses_waits_and_the_person_elsewhere_is_not_locked_out(desk: Desk) -> None:
    staff = desk.staff()
    for _ in range(sessions.TRIES_IN_TEN_MINUTES):
        assert _try(desk, staff.login, password="wrong", source="10.6.6.6") is None
    with pytest.raises(WrongState):
        _try(desk, staff.login, source="10.6.6.6")
    assert _try(desk, staff.login, source="10.0.0.1")


def test_waiting_ends_by_itself(desk: Desk) -> None:
    staff = desk.staff()
    for _ in range(sessions.TRIES_IN_TEN_MINUTES):
        _try(desk, staff.login, password="wrong")
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        assert _try(desk, staff.login)


def test_an_unknown_name_waits_like_a_known_one(desk: Desk) -> None:
    for _ in range(sessions.TRIES_IN_TEN_MINUTES):
        assert _try(desk, "nobody", password="wrong") is None
    with pytest.raises(WrongState):
        _try(desk, "nobody")


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
