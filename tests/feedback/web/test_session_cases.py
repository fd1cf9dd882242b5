"""A session as a table: the flags of its cookie, whose it is, how it turns over, how long it lasts, what ends it (D47)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pyotp
import pytest
import time_machine
from starlette.testclient import TestClient

from feedback import clock
from feedback.desk import accounts, agreeing, factors, proving, sessions
from feedback.models.staff import Role, StaffSession
from feedback.web.page import COOKIE
from tests.factories import PASSWORD, PUBLIC_URL, Desk
from tests.feedback.desk.sign_ins import cheaply, fresh_seed, key_of, person, registered

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NOON = clock.now().replace(hour=12, minute=0, second=5, microsecond=0)
OURS = {"Origin": PUBLIC_URL}


@dataclass
class Browser:
    """Somebody at a browser, and the time, which stands still until a case moves it."""

    desk: Desk
    client: TestClient
    now: time_machine.Traveller
    seed: str = field(default_factory=fresh_seed)

    def __post_init__(self) -> None:
        self.client.cookies.clear()
        self.staff = person(self.desk, seed=self.seed)

    def sign_in(self, password: str = PASSWORD, path: str = "/sign-in"):
        """Through the door; each time half a minute later, since a code counts once."""
        self.now.shift(timedelta(seconds=30))
        form = {"name": self.staff.login, "password": password, "code": pyotp.TOTP(self.seed).at(clock.now())}
        return self.client.post(path, data=form, headers=OURS)

    @property
    def token(self) -> str:
        return self.client.cookies.get(COOKIE, "")

    def begun(self, factor: str = proving.APP) -> None:
        """A session without the way through the door."""
        with self.desk.at() as session:
            self.hold(sessions.start(session, self.staff, factor=factor))

    def hold(self, token: str) -> None:
        self.client.cookies.set(COOKIE, token, domain="desk.test", path="/")

    def is_in(self, path: str = "/inbox") -> bool:
        answer = self.client.get(path)
        assert answer.status_code == 200 or answer.headers["location"] == "/sign-in"
        return answer.status_code == 200

    def after(self, **length: float) -> None:
        self.now.shift(timedelta(**length))

    def post(self, path: str):
        return self.client.post(path, data={"csrf": sessions.csrf(self.token)}, headers=OURS)

    def verb(self, verb: Callable[..., object], *args: object, **more: object) -> None:
        with self.desk.at(staff=True) as session:
            verb(session, self.desk.mine(session, self.staff), *args, **more)

    def rows(self) -> int:
        return len(self.desk.rows(StaffSession, StaffSession.staff_id == self.staff.id))


def _flags(browser: Browser) -> set[str]:
    name, _, rest = browser.sign_in().headers["set-cookie"].partition("=")
    assert name == COOKIE
    return {part.strip().lower() for part in rest.split(";")[1:]}


def _planted(browser: Browser) -> bool:
    browser.hold("planted")
    browser.sign_in()
    planted = hashlib.sha256(b"planted").digest()
    return browser.token != "planted" and not browser.desk.rows(StaffSession, StaffSession.digest == planted)


def _over_another(browser: Browser) -> bool:
    """Who signs in at a browser where somebody else still is: is it theirs, and the other one's never given to them?"""
    other = person(browser.desk)
    with browser.desk.at() as session:
        theirs = sessions.start(session, other)
    browser.hold(theirs)
    browser.sign_in()
    with browser.desk.at(write=False) as session:
        found = sessions.find(session, browser.token)
    return browser.token != theirs and found is not None and found.id == browser.staff.id


def _again(browser: Browser) -> bool:
    browser.sign_in()
    first = browser.token
    browser.sign_in()
    return browser.token != first and browser.rows() == 2


def _failed(browser: Browser) -> bool:
    browser.begun()
    before = browser.token
    answer = browser.sign_in(password="wrong horse battery")
    return "set-cookie" not in answer.headers and browser.token == before and browser.rows() == 1


def _in_the_address(browser: Browser) -> bool:
    browser.begun()
    token = browser.token
    browser.client.cookies.clear()
    return browser.is_in(f"/inbox?{COOKIE}={token}") or browser.is_in(f"/inbox?token={token}")


def _kept(browser: Browser) -> bool:
    browser.sign_in()
    (row,) = browser.desk.rows(StaffSession, StaffSession.staff_id == browser.staff.id)
    return row.digest == hashlib.sha256(browser.token.encode()).digest() and len(browser.token) >= 43


def _idle(*steps: float, path: str = "/inbox") -> Callable[[Browser], bool]:
    """So many minutes pass between visits; is the last one let in?"""

    def case(browser: Browser) -> bool:
        browser.begun()
        seen = [browser.client.get(path).status_code for minutes in steps if not browser.after(minutes=minutes)]
        return seen[-1] == 200

    return case


def _dead_post(browser: Browser) -> bool:
    browser.begun()
    browser.after(minutes=31)
    return browser.post("/settings/app").headers["location"] == "/sign-in"


def _signed_out(browser: Browser):
    browser.begun()
    with browser.desk.at() as session:
        sessions.start(session, browser.staff)
    token = browser.token
    answer = browser.post("/sign-out")
    browser.client.cookies.clear()
    browser.hold(token)
    return answer


def _cookie_goes(browser: Browser) -> bool:
    taken = _signed_out(browser).headers["set-cookie"]
    return taken.startswith(f'{COOKIE}=""') and "Max-Age=0" in taken and "Secure" in taken


def _unproved(browser: Browser) -> bool:
    browser.begun()
    answer = browser.client.post("/sign-out", headers=OURS)
    return answer.status_code == 403 and browser.rows() == 1


def _ended(factor: str, end: Callable[[Browser], object]) -> Callable[[Browser], bool]:
    """In before, and out at the next request?"""

    def case(browser: Browser) -> bool:
        if factor == "key":
            registered(browser.desk, browser.staff)
            browser.begun(proving.by_key(key_of(browser.desk, browser.staff).id))
        else:
            browser.begun(factor)
        before = browser.is_in()
        end(browser)
        return before and not browser.is_in()

    return case


def _key_gone(browser: Browser) -> None:
    browser.verb(factors.remove_key, key_of(browser.desk, browser.staff).reference, keep="")


def _codes_given(browser: Browser) -> None:
    browser.desk.do(factors.give_codes, browser.desk.staff(Role.COORDINATOR), browser.staff.reference)


def _new_password(browser: Browser) -> None:
    browser.verb(accounts.change_password, PASSWORD, "four goats in the boat")


CASES: dict[str, Callable[[Browser], object]] = {
    # the cookie
    "is bound to the host": lambda browser: COOKIE.startswith("__Host-") and "path=/" in _flags(browser),
    "goes over TLS alone": lambda browser: "secure" in _flags(browser),
    "is hidden from scripts": lambda browser: "httponly" in _flags(browser),
    "never goes with another site's request": lambda browser: "samesite=strict" in _flags(browser),
    "says nothing else, and so ends with the browser": lambda browser: len(_flags(browser)) == 4,
    "is kept as a digest of a long random token": _kept,
    # whose it is, and that it turns over
    "a planted token does not become a session": _planted,
    "signing in where another is makes a session of one's own": _over_another,
    "each sign-in is another token": _again,
    "a failed sign-in changes nothing": _failed,
    "a token in the address is none": lambda browser: not _in_the_address(browser),
    # limits
    "half an hour without a visit, all but a second": _idle(29 + 59 / 60),
    "half an hour without a visit": lambda browser: not _idle(30 + 1 / 60)(browser),
    "a visit starts it anew": _idle(20, 20, 20),
    "a list that refreshes itself does not": lambda browser: not _idle(20, 20, path="/inbox?live=1")(browser),
    "twelve hours, all but a minute": _idle(*[20] * 35, 19),
    "twelve hours, however busy": lambda browser: not _idle(*[20] * 36, 1)(browser),
    "a form of a session that is over does nothing": _dead_post,
    # sign-out
    "takes the cookie": _cookie_goes,
    "takes what the browser kept": lambda browser: "cache" in _signed_out(browser).headers["clear-site-data"],
    "ends the session, and no other": lambda browser: bool(_signed_out(browser)) and browser.rows() == 1,
    "the token is dead, wherever it was copied to": lambda browser: bool(_signed_out(browser)) and not browser.is_in(),
    "needs the proof of a form": _unproved,
    # ended at the next request (for who was let go see D23 in test_page.py)
    "a new password": _ended(proving.APP, _new_password),
    "another app": _ended(proving.APP, lambda browser: browser.verb(factors.renew_app, keep="")),
    "new printed codes": _ended(proving.PRINTED, lambda browser: browser.verb(factors.print_codes, keep="")),
    "printed codes from the team": _ended(proving.PRINTED, _codes_given),
    "a key that was removed": _ended("key", _key_gone),
    "the code of conduct refused": _ended(proving.APP, lambda browser: browser.verb(agreeing.withdraw)),
}


@pytest.mark.plan("D47", trials=len(CASES))
def test_a_session_behaves_as_the_table_says(desk: Desk, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    cheaply(monkeypatch)
    wrong = []
    for name, case in CASES.items():
        with time_machine.travel(NOON, tick=False) as now:
            if not case(Browser(desk, client, now)):
                wrong.append(name)
    assert wrong == []
    assert len(CASES) >= 25
