"""Security keys: registered by name, each answer good once for one attempt at one name, and no copy goes unseen (I33)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from feedback import clock
from feedback.desk import security_keys, sessions
from feedback.desk.security_keys import Pressed, Site
from feedback.errors import Invalid, WrongState
from feedback.models.event import Event
from feedback.models.factor import SecurityKey, SpentChallenge
from feedback.models.staff import Staff, StaffSession
from tests.factories import PASSWORD, Desk
from tests.feedback.desk.sign_ins import SITE, SoftwareKey, asked, cheaply, key_of, names_in, person, registered

NOON = clock.now().replace(hour=12, minute=0, second=5, microsecond=0)


@pytest.fixture(autouse=True)
def _cheaply(monkeypatch: pytest.MonkeyPatch) -> None:
    cheaply(monkeypatch)


def _sign_in(desk: Desk, login: str, pressed: Pressed, *, password: str = PASSWORD) -> str | None:
    with desk.at() as session:
        signed = sessions.sign_in(session, login, password, "", source="10.0.0.1", pressed=pressed)
    return signed[1] if signed else None


def _pressed(desk: Desk, key: SoftwareKey, login: str, attempt: str = "one attempt") -> Pressed:
    return Pressed(key.press(asked(desk, login, attempt)), attempt, SITE)


def test_password_and_key_together_open_a_session_that_names_the_key(desk: Desk) -> None:
    staff = person(desk)
    key = registered(desk, staff)
    assert _sign_in(desk, f" {staff.login.upper()} ", _pressed(desk, key, staff.login.upper()))
    (begun,) = desk.rows(StaffSession)
    (event,) = desk.rows(Event, Event.action == "sign in")
    assert begun.factor == event.detail == f"key:{key_of(desk, staff).id}"


REFUSED: dict[str, Callable[[Desk, Staff, SoftwareKey], Pressed]] = {
    "asked for another name": lambda desk, staff, key: _pressed(desk, key, "somebody-else"),
    "asked in another attempt": lambda desk, staff, key: Pressed(key.press(asked(desk, staff.login)), "another", SITE),
    "asked of us by nobody": lambda desk, staff, key: Pressed(
        key.press(json.dumps({"challenge": "A" * 75})), "one attempt", SITE
    ),
    "from a page that looks like ours": lambda desk, staff, key: _pressed(
        desk, _like(key, origin="https://desk.test.evil.example"), staff.login
    ),
    "from our name on another port": lambda desk, staff, key: _pressed(
        desk, _like(key, origin="https://desk.test:8443"), staff.login
    ),
    "for another host": lambda desk, staff, key: _pressed(desk, _like(key, host="evil.example"), staff.login),
    "nobody pressed it": lambda desk, staff, key: _pressed(desk, _like(key, flags=0), staff.login),
    "a count that fell back": lambda desk, staff, key: _pressed(desk, _like(key, count=3), staff.login),
    "a count that stands still": lambda desk, staff, key: _pressed(desk, _like(key, count=6), staff.login),
    "a key that is not theirs": lambda desk, staff, key: _pressed(
        desk, registered(desk, person(desk), name="the red one"), staff.login
    ),
    "a key that nobody registered": lambda desk, staff, key: _pressed(desk, SoftwareKey(), staff.login),
    "its name, signed by another": lambda desk, staff, key: _renamed(desk, key, staff.login),
    "an answer to a registration": lambda desk, staff, key: Pressed(
        key.make(asked(desk, staff.login)), "one attempt", SITE
    ),
    "letters": lambda desk, staff, key: Pressed("{}", "one attempt", SITE),
    "nothing like JSON": lambda desk, staff, key: Pressed("\x00[", "one attempt", SITE),
    "far too much": lambda desk, staff, key: Pressed("[" * 100_000, "one attempt", SITE),
}


def _like(key: SoftwareKey, **more: object) -> SoftwareKey:
    return SoftwareKey(**{"private": key.private, "count": key.count, **more})  # type: ignore[arg-type]


def _renamed(desk: Desk, key: SoftwareKey, login: str) -> Pressed:
    other = SoftwareKey(count=50)
    answer = json.loads(other.press(asked(desk, login)))
    own = json.loads(key.press(asked(desk, login)))
    return Pressed(json.dumps(answer | {"id": own["id"], "rawId": own["rawId"]}), "one attempt", SITE)


def test_no_other_answer_opens_anything(desk: Desk) -> None:
    staff = person(desk)
    key = registered(desk, staff, SoftwareKey(count=7))
    for name, answer in REFUSED.items():
        pressed = answer(desk, staff, _like(key))
        with desk.at() as session:
            assert security_keys.spend(session, desk.mine(session, staff), pressed) is None, name
    assert _sign_in(desk, staff.login, _pressed(desk, _like(key), staff.login))  # and the very same key does


def test_an_answer_counts_once(desk: Desk) -> None:
    staff = person(desk)
    key = registered(desk, staff, SoftwareKey(counts=False))  # one that does not count: only the challenge is left
    pressed = _pressed(desk, key, staff.login)
    assert _sign_in(desk, staff.login, pressed)
    assert _sign_in(desk, staff.login, pressed) is None
    assert _sign_in(desk, staff.login, _pressed(desk, key, staff.login))


def test_a_copy_that_lags_behind_the_key_is_refused(desk: Desk) -> None:
    staff = person(desk)
    key = registered(desk, staff, SoftwareKey(count=7))
    copy = _like(key)
    for count in (8, 9):
        assert _sign_in(desk, staff.login, _pressed(desk, key, staff.login))
        assert key_of(desk, staff).count == count
    assert _sign_in(desk, staff.login, _pressed(desk, copy, staff.login)) is None
    assert key_of(desk, staff).count == 9


def test_a_challenge_is_good_for_five_minutes_and_what_was_spent_is_let_go_after_that(desk: Desk) -> None:
    staff = person(desk)
    with time_machine.travel(NOON, tick=False) as now:
        key = registered(desk, staff)
        early, late = _pressed(desk, key, staff.login), _pressed(desk, key, staff.login)
        now.shift(timedelta(minutes=4, seconds=59))
        assert _sign_in(desk, staff.login, early)
        now.shift(timedelta(seconds=2))
        assert _sign_in(desk, staff.login, late) is None
        assert _sign_in(desk, staff.login, _pressed(desk, key, staff.login))
    assert len(desk.rows(SpentChallenge)) == 1


def test_the_key_without_the_password_opens_nothing_and_is_not_even_asked(desk: Desk) -> None:
    staff = person(desk)
    key = registered(desk, staff)
    pressed = _pressed(desk, key, staff.login)
    assert _sign_in(desk, staff.login, pressed, password="wrong horse battery") is None
    assert key_of(desk, staff).used_at is None
    assert _sign_in(desk, staff.login, pressed)


def test_a_key_of_who_was_let_go_opens_nothing(desk: Desk) -> None:
    staff = person(desk, active=False)
    key = registered(desk, staff)
    assert _sign_in(desk, staff.login, _pressed(desk, key, staff.login)) is None


def test_wrong_answers_make_who_guesses_wait_like_wrong_codes(desk: Desk) -> None:
    staff = person(desk)
    registered(desk, staff)
    for _ in range(sessions.TRIES_IN_TEN_MINUTES):
        assert _sign_in(desk, staff.login, _pressed(desk, SoftwareKey(), staff.login)) is None
    with pytest.raises(WrongState):
        _sign_in(desk, staff.login, _pressed(desk, SoftwareKey(), staff.login))


def test_the_door_asks_for_as_many_keys_whoever_it_is_and_always_the_same_ones(desk: Desk) -> None:
    staff, without = person(desk), person(desk)
    key = registered(desk, staff)
    named = {login: names_in(asked(desk, login)) for login in (staff.login, without.login, "nobody")}
    assert {len(names) for names in named.values()} == {security_keys.MOST}
    assert key.name in named[staff.login]
    assert all(names == names_in(asked(desk, login)) for login, names in named.items())
    assert len({name for names in named.values() for name in names}) == 3 * security_keys.MOST
    shapes = [
        {**json.loads(asked(desk, login)), "challenge": 0, "allowCredentials": 0} for login in (staff.login, "nobody")
    ]
    assert shapes[0] == shapes[1]
    assert shapes[0]["userVerification"] == "discouraged"


def test_asking_writes_nothing(desk: Desk) -> None:
    for number in range(20):
        asked(desk, f"nobody-{number}")
    assert desk.rows(SpentChallenge) == []


@pytest.mark.parametrize(("url", "takes"), [("https://desk.test", True), ("http://localhost:8000", True),
                                            ("https://192.168.1.7:8443", False), ("https://[fe80::1]", False)])  # fmt: skip
def test_keys_are_for_names_and_not_for_bare_addresses(url: str, takes: bool) -> None:
    assert Site.of(url).takes_keys is takes


def _register(desk: Desk, staff: Staff, name: str, key: SoftwareKey, attempt: str = "a session") -> None:
    with desk.at() as session:
        asked_ = security_keys.ask_to_register(session, staff, "a session", SITE)
        security_keys.register(session, staff, name, Pressed(key.make(asked_), attempt, SITE))


@pytest.mark.parametrize(
    ("name", "key", "attempt", "field"),
    [
        ("", SoftwareKey(), "a session", "key_name"),
        ("blue", SoftwareKey(), "another session", "answer"),
        ("blue", SoftwareKey(origin="https://evil.example"), "a session", "answer"),
        ("blue", SoftwareKey(host="evil.example"), "a session", "answer"),
        ("blue", SoftwareKey(flags=0), "a session", "answer"),
    ],
)
def test_what_can_not_be_registered_is_named(desk: Desk, name: str, key: SoftwareKey, attempt: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        _register(desk, person(desk), name, key, attempt)
    assert list(refused.value.fields) == [field]
    assert desk.rows(SecurityKey) == []


def test_a_key_is_registered_once_and_five_are_the_most(desk: Desk) -> None:
    staff, key = person(desk), SoftwareKey()
    for number in range(security_keys.MOST):
        if number:
            registered(desk, staff, name=f"key {number}")
        else:
            registered(desk, staff, key)
    with pytest.raises(Invalid) as refused:
        _register(desk, staff, "one more", SoftwareKey())
    assert list(refused.value.fields) == ["key_name"]
    with pytest.raises(Invalid) as refused:
        _register(desk, person(desk), "stolen name", key)
    assert list(refused.value.fields) == ["answer"]


def test_a_registration_asks_for_a_key_that_stands_alone_and_need_not_know_its_owner(desk: Desk) -> None:
    staff = person(desk)
    key = registered(desk, staff)
    with desk.at() as session:
        asked_ = json.loads(security_keys.ask_to_register(session, staff, "a session", SITE))
    wanted = {"authenticatorAttachment": "cross-platform", "residentKey": "discouraged"}
    assert asked_["authenticatorSelection"].items() >= (wanted | {"userVerification": "discouraged"}).items()
    assert asked_["rp"]["id"] == "desk.test"
    assert (asked_["attestation"], len(asked_["excludeCredentials"])) == ("none", 1)
    assert staff.name not in json.dumps(asked_)
    assert key.length == 64
