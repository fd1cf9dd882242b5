"""Second factors: made and removed by the person, printed ones also by the team; what is removed ends what it began (I15, I33)."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.orm import Session

from feedback.desk import factors, printed, proving, sessions
from feedback.errors import Invalid, NotAllowed, NotFound
from feedback.models.event import Event
from feedback.models.factor import PrintedCode, SecurityKey
from feedback.models.staff import Role, Staff, StaffSession
from tests.factories import PASSWORD, Desk
from tests.feedback.desk.sign_ins import cheaply, key_of, person, registered


@pytest.fixture(autouse=True)
def _cheaply(monkeypatch: pytest.MonkeyPatch) -> None:
    cheaply(monkeypatch)


def _do(desk: Desk, staff: Staff, verb: Callable[..., object], *args: object, keep: str = "") -> object:
    with desk.at(staff=True) as session:
        return verb(session, desk.mine(session, staff), *args, keep=keep)


def _left(desk: Desk, staff: Staff) -> int:
    with desk.at(write=False) as session:
        return printed.left(session, staff)


def test_ten_codes_are_made_and_kept_as_keyed_digests_only(desk: Desk) -> None:
    staff = person(desk)
    codes = _do(desk, staff, factors.print_codes)
    assert len(set(codes)) == printed.MANY  # type: ignore[call-overload]
    assert all(re.fullmatch(r"[0-9]{10}", code) for code in codes)  # type: ignore[attr-defined]
    kept = desk.rows(PrintedCode)
    mark = desk.parts.vault.mark
    assert {row.digest for row in kept} == {mark("printed code", f"{staff.id}/{code}".encode()) for code in codes}  # type: ignore[attr-defined]
    assert mark("printed code", b"1") != mark("decoy", b"1")
    assert (_left(desk, staff), {row.staff_id for row in kept}) == (printed.MANY, {staff.id})


def test_a_code_that_many_type_at_once_lets_one_in(desk: Desk) -> None:
    staff = person(desk)
    code = _do(desk, staff, factors.print_codes)[0]  # type: ignore[index]

    def sign_in(number: int) -> bool:
        with desk.at() as session:
            return sessions.sign_in(session, staff.login, PASSWORD, code, source=f"10.0.0.{number}") is not None

    with ThreadPoolExecutor(6) as browsers:
        assert sum(browsers.map(sign_in, range(6))) == 1
    assert _left(desk, staff) == printed.MANY - 1


def test_no_event_of_a_factor_holds_what_proves_it(desk: Desk) -> None:
    staff, lead = person(desk), person(desk, role=Role.COORDINATOR)
    seed = _do(desk, staff, factors.renew_app)
    codes = _do(desk, staff, factors.print_codes)
    _, given = desk.do(factors.give_codes, lead, staff.reference)
    said = " ".join(f"{event.action} {event.detail} {event.actor}" for event in desk.rows(Event))
    assert [secret for secret in (seed, *codes, *given) if str(secret) in said] == []  # type: ignore[misc]
    assert f"print codes staff:{staff.id} staff:{lead.id}" in said


def test_the_team_prints_codes_for_a_colleague_who_is_here_and_for_nobody_else(desk: Desk) -> None:
    staff, gone = person(desk), person(desk, active=False)
    for role in (Role.COORDINATOR, Role.OPERATOR):
        lead = person(desk, role=role)
        found, codes = desk.do(factors.give_codes, lead, staff.reference)
        assert (found.id, len(codes), _left(desk, staff)) == (staff.id, printed.MANY, printed.MANY)
        with pytest.raises(NotAllowed):
            desk.do(factors.give_codes, lead, lead.reference)
        for reference in (gone.reference, "nobody"):
            with pytest.raises(NotFound):
                desk.do(factors.give_codes, lead, reference)
    with pytest.raises(NotAllowed):
        desk.do(factors.give_codes, staff, gone.reference)


def test_the_last_factor_can_not_be_taken_away(desk: Desk) -> None:
    staff = person(desk)
    with pytest.raises(Invalid) as refused:
        _do(desk, staff, factors.stop_app)
    assert refused.value.fields == {"stop_password": factors.LAST}
    registered(desk, staff)
    _do(desk, staff, factors.stop_app)
    with pytest.raises(Invalid) as refused:
        _do(desk, staff, factors.remove_key, key_of(desk, staff).reference)
    assert refused.value.fields == {"remove_password": factors.LAST}
    _do(desk, staff, factors.print_codes)
    _do(desk, staff, factors.remove_key, key_of(desk, staff).reference)
    with pytest.raises(Invalid):
        _do(desk, staff, factors.stop_app)  # there is none


def test_another_s_key_is_not_removed(desk: Desk) -> None:
    staff, other = person(desk), person(desk)
    registered(desk, other)
    with pytest.raises(Invalid) as refused:
        _do(desk, staff, factors.remove_key, key_of(desk, other).reference)
    assert list(refused.value.fields) == ["key"]
    assert key_of(desk, other)


REMOVALS: dict[str, Callable[[Session, Staff, str, str], object]] = {
    "app renewed": lambda session, staff, key, keep: factors.renew_app(session, staff, keep=keep),
    "app stopped": lambda session, staff, key, keep: factors.stop_app(session, staff, keep=keep),
    "codes": lambda session, staff, key, keep: factors.print_codes(session, staff, keep=keep),
    "key": lambda session, staff, key, keep: factors.remove_key(session, staff, key, keep=keep),
}
BEGAN = {"app renewed": "app", "app stopped": "app", "codes": "printed", "key": "key"}


@pytest.mark.parametrize("removal", REMOVALS)
def test_with_a_factor_go_the_sessions_that_it_began_at_the_next_request(desk: Desk, removal: str) -> None:
    staff, other = person(desk), person(desk)
    registered(desk, staff)
    key = key_of(desk, staff)
    named = {"app": proving.APP, "printed": proving.PRINTED, "key": proving.by_key(key.id)}
    with desk.at() as session:
        tokens = {name: sessions.start(session, staff, factor=factor) for name, factor in named.items()}
        own = sessions.start(session, staff, factor=named[BEGAN[removal]])
        stranger = sessions.start(session, other, factor=named[BEGAN[removal]])
    with desk.at(staff=True) as session:
        REMOVALS[removal](session, desk.mine(session, staff), key.reference, own)
    with desk.at(write=False) as session:
        over = {name for name, token in tokens.items() if sessions.find(session, token) is None}
        assert over == {BEGAN[removal]}
        assert sessions.find(session, own)  # the one in which they did it
        assert sessions.find(session, stranger)


def test_codes_that_the_team_prints_end_what_the_older_ones_began(desk: Desk) -> None:
    staff, lead = person(desk), person(desk, role=Role.COORDINATOR)
    with desk.at() as session:
        sessions.start(session, staff, factor=proving.PRINTED)
        sessions.start(session, staff, factor=proving.APP)
    desk.do(factors.give_codes, lead, staff.reference)
    assert [row.factor for row in desk.rows(StaffSession)] == [proving.APP]


def test_a_lost_key_is_removed_by_the_team_the_last_factor_too_and_ends_what_it_began(desk: Desk) -> None:
    staff, lead = person(desk), person(desk, role=Role.COORDINATOR)
    registered(desk, staff)
    key = key_of(desk, staff)
    with desk.at() as session:
        desk.mine(session, staff).totp = None
        sessions.start(session, staff, factor=proving.by_key(key.id))
        sessions.start(session, staff, factor=proving.APP)
        sessions.start(session, lead, factor=proving.APP)
    desk.do(factors.take_key, lead, staff.reference, key.reference)
    assert desk.rows(SecurityKey) == []
    assert [row.factor for row in desk.rows(StaffSession)] == [proving.APP, proving.APP]
    (event,) = desk.rows(Event, Event.action == "remove key")
    assert (event.actor, event.detail) == (f"staff:{lead.id}", f"{proving.by_key(key.id)} staff:{staff.id}")


def test_the_team_removes_no_key_of_its_own_nor_one_of_somebody_else_nor_without_the_right(desk: Desk) -> None:
    staff, other, lead = person(desk), person(desk), person(desk, role=Role.COORDINATOR)
    registered(desk, staff)
    key = key_of(desk, staff).reference
    registered(desk, lead)
    mine = next(one for one in desk.rows(SecurityKey) if one.staff_id == lead.id).reference
    with desk.at() as session:
        desk.mine(session, other).active = False
    for by, whose, which, why in (
        (lead, lead, mine, NotAllowed),
        (staff, lead, mine, NotAllowed),
        (lead, staff, mine, Invalid),
        (lead, other, key, NotFound),
    ):
        with pytest.raises(why):
            desk.do(factors.take_key, by, whose.reference, which)
    assert len(desk.rows(SecurityKey)) == 2


def test_who_has_no_factor_at_all_is_known(desk: Desk) -> None:
    staff, with_codes, with_key, with_app = (person(desk) for _ in range(4))
    registered(desk, with_key)
    with desk.at() as session:
        printed.renew(session, with_codes)
        for one in (staff, with_codes, with_key):
            desk.mine(session, one).totp = None
    with desk.at(write=False) as session:
        assert factors.lacking(session) == {staff.id}
    assert with_app.totp is not None
