"""The door as a table: passwords, codes that are replayed or drift, printed codes, who has to wait and who has not (D46)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa
import time_machine

from feedback import clock
from feedback.desk import accounts, factors, printed, sessions
from feedback.errors import WrongState
from feedback.models.staff import Staff, StaffSession
from feedback.seal import password as passwords
from feedback.seal.password import Cost
from tests.factories import PASSWORD, Desk
from tests.feedback.desk.sign_ins import cheaply, fresh_seed, person

NOON = clock.now().replace(hour=12, minute=0, second=5, microsecond=0)
IN, NO, WAIT = "in", "no", "wait"
BANGLA, BURMESE = (str.maketrans("0123456789", "".join(chr(zero + n) for n in range(10))) for zero in (0x9E6, 0x1040))
ACCENTED = "café pukur পাড়ে ছাগল"
OTHER = "seven lamps by the river"
WRONG = {"password": "wrong horse battery"}
COLLEAGUE = {"login": "other", "password": OTHER, "code": "another's"}
ELSEWHERE = {"source": "10.6.6.6"}


@dataclass(frozen=True)
class At:
    """Seconds after noon, what differs from a right sign-in, and what comes of it; `do`: something else that happens."""

    second: float
    given: dict[str, str] = field(default_factory=dict)
    comes: str = IN
    do: str = ""


MIN = 60
CASES: dict[str, list[At]] = {
    # passwords
    "the right one": [At(0)],
    "a wrong one": [At(0, WRONG, NO)],
    "one letter more": [At(0, {"password": PASSWORD + "y"}, NO)],
    "a capital": [At(0, {"password": PASSWORD.title()}, NO)],
    "a space behind it": [At(0, {"password": PASSWORD + " "}, NO)],
    "none": [At(0, {"password": ""}, NO)],
    "the same letters, written in parts": [
        At(0, do="accented"), At(0, {"password": unicodedata.normalize("NFD", ACCENTED)}),
    ],
    "another person's": [At(0, {"password": OTHER}, NO)],
    "the old one, after a new one": [At(0, do="new password"), At(0, {}, NO)],
    "the new one": [At(0, do="new password"), At(0, {"password": "four goats in the boat"})],
    "who was let go": [At(0, do="let go"), At(0, {}, NO)],
    "a name of nobody": [At(0, {"login": "nobody"}, NO)],
    "a name in capitals with spaces": [At(0, {"login": " {LOGIN} "})],
    "a stored one of lesser cost": [At(0, do="cost more"), At(0), At(30), At(60, WRONG, NO)],
    # codes of an app
    "half a minute behind": [At(0, {"code": "-1"})],
    "half a minute ahead": [At(0, {"code": "+1"})],
    "a minute behind": [At(0, {"code": "-2"}, NO)],
    "a minute ahead": [At(0, {"code": "+2"}, NO)],
    "the same code again": [At(0), At(1, {}, NO)],
    "the same code again, as yesterday's drift": [At(0), At(30, {"code": "-1"}, NO)],
    "an older one after a newer one": [At(0, {"code": "+1"}), At(1, {}, NO), At(31, {"code": "+1"})],
    "the next code": [At(0), At(30)],
    "in Bangla digits": [At(0, {"code": "bangla"})],
    "in Burmese digits": [At(0, {"code": "burmese"})],
    "with a space in it": [At(0, {"code": "spaced"})],
    "five digits of it": [At(0, {"code": "short"}, NO)],
    "a digit more": [At(0, {"code": "long"}, NO)],
    "letters": [At(0, {"code": "letters"}, NO)],
    "none at all": [At(0, {"code": ""}, NO)],
    "of another's app": [At(0, {"code": "another's"}, NO)],
    "of the app before": [At(0, do="new app"), At(0, {"code": "old app"}, NO), At(0)],
    "of an app that was stopped": [At(0, do="print"), At(0, do="stop app"), At(0, {}, NO), At(0, {"code": "printed 0"})],
    # printed codes
    "a printed one": [At(0, do="print"), At(0, {"code": "printed 0"})],
    "a printed one twice": [At(0, do="print"), At(0, {"code": "printed 0"}), At(0, {"code": "printed 0"}, NO)],
    "all ten, the last first": [At(0, do="print"), *(At(0, {"code": f"printed {9 - n}"}) for n in range(10))],
    "with its gap, in Bangla digits": [At(0, do="print"), At(0, {"code": "printed bangla"})],
    "another's printed one": [At(0, do="print"), At(0, {"code": "another's printed"}, NO)],
    "a printed one that new ones made void": [
        At(0, do="print"), At(0, do="print again"), At(0, {"code": "old printed"}, NO), At(0, {"code": "printed 0"}),
    ],
    "nine digits of a printed one": [At(0, do="print"), At(0, {"code": "printed short"}, NO)],
    "the app beside printed ones": [At(0, do="print"), At(0), At(0, {"code": "printed 3"})],
    "a printed one with a wrong password counts on": [
        At(0, do="print"), At(0, {"code": "printed 0", **WRONG}, NO), At(0, {"code": "printed 0"}),
    ],
    # who waits
    "the fourth try": [*(At(n, WRONG, NO) for n in range(3)), At(3, {}, WAIT)],
    "the person, elsewhere": [*(At(n, WRONG | ELSEWHERE, NO) for n in range(3)), At(3, ELSEWHERE, WAIT), At(3)],
    "a colleague, at the same place": [*(At(n, WRONG, NO) for n in range(3)), At(3, COLLEAGUE)],
    "ten minutes later": [*(At(n, WRONG, NO) for n in range(3)), At(3, {}, WAIT), At(11 * MIN)],
    "trying on makes it no longer": [*(At(n, WRONG, NO) for n in range(3)), *(At(n * MIN, {}, WAIT) for n in (3, 6, 9)), At(11 * MIN)],
    "a right one in between forgives nothing": [At(0, WRONG, NO), At(1, WRONG, NO), At(2), At(30, WRONG, NO), At(60, {}, WAIT)],
    "wrong codes count like passwords": [*(At(n, {"code": "letters"}, NO) for n in range(3)), At(3, {}, WAIT)],
    "so do printed ones": [*(At(n, {"code": "1234567890"}, NO) for n in range(3)), At(3, {}, WAIT)],
    "the name in other letters is the same name": [
        At(0, WRONG, NO), At(1, {"login": "{LOGIN}", **WRONG}, NO), At(2, {"login": " {LOGIN}", **WRONG}, NO), At(3, {}, WAIT),
    ],
    "a name of nobody, like any": [*(At(n, {"login": "nobody"}, NO) for n in range(3)), At(3, {"login": "nobody"}, WAIT)],
}  # fmt: skip


@dataclass
class Door:
    """One person, a colleague, and what they hold."""

    desk: Desk
    monkeypatch: pytest.MonkeyPatch
    seed: str = field(default_factory=fresh_seed)
    others: str = field(default_factory=fresh_seed)
    before: str = ""
    codes: list[str] = field(default_factory=list)
    voided: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.staff = person(self.desk, seed=self.seed)
        self.other = person(self.desk, OTHER, seed=self.others)
        with self.desk.at() as session:
            self.others_codes = printed.renew(session, self.other)

    def comes(self, given: dict[str, str]) -> str:
        login = {"": self.staff.login, "other": self.other.login}.get(given.get("login", ""), given.get("login", ""))
        login = login.replace("{LOGIN}", self.staff.login.upper())
        password, source = given.get("password", PASSWORD), given.get("source", "10.0.0.1")
        try:
            with self.desk.at() as session:
                signed = sessions.sign_in(session, login, password, self.code(given.get("code", "+0")), source=source)
        except WrongState:
            return WAIT
        return IN if signed else NO

    def code(self, named: str) -> str:
        now = self._of(self.seed)
        if named[:1] in ("+", "-"):
            return self._of(self.seed, int(named))
        if named.startswith("printed ") and named[8:].isdigit():
            return self.codes[int(named[8:])]
        made = {
            "bangla": now.translate(BANGLA), "burmese": now.translate(BURMESE), "spaced": f"{now[:3]} {now[3:]}",
            "short": now[:5], "long": now + "0", "letters": "abcdef", "another's": self._of(self.others),
            "another's printed": self.others_codes[0],
        }  # fmt: skip
        if self.before:
            made["old app"] = self._of(self.before)
        if self.codes:
            made["printed bangla"] = f"{self.codes[0][:5]} {self.codes[0][5:]}".translate(BANGLA)
            made["printed short"] = self.codes[0][:9]
        if self.voided:
            made["old printed"] = self.voided[0]
        return made.get(named, named)

    def do(self, what: str) -> None:
        with self.desk.at(staff=True) as session:
            mine = self.desk.mine(session, self.staff)
            if what == "accented":
                accounts.change_password(session, mine, PASSWORD, ACCENTED)
            elif what == "new password":
                accounts.change_password(session, mine, PASSWORD, "four goats in the boat")
            elif what == "let go":
                mine.active = False
            elif what in ("print", "print again"):
                self.voided, self.codes = self.codes, factors.print_codes(session, mine, keep="")
            elif what == "new app":
                self.before, self.seed = self.seed, factors.renew_app(session, mine, keep="")
            elif what == "stop app":
                factors.stop_app(session, mine, keep="")
            elif what == "cost more":
                self.monkeypatch.setattr(passwords, "NOW", Cost(memory=128, turns=2))

    @staticmethod
    def _of(seed: str, step: int = 0) -> str:
        return pyotp.TOTP(seed).at(clock.now() + timedelta(seconds=30 * step))


@pytest.fixture(autouse=True)
def _cheaply(monkeypatch: pytest.MonkeyPatch) -> None:
    cheaply(monkeypatch)


def _tried(door: Door, steps: list[At]) -> Iterator[tuple[int, str, str]]:
    for number, step in enumerate(steps):
        with time_machine.travel(NOON + timedelta(seconds=step.second), tick=False):
            if step.do:
                door.do(step.do)
            elif (came := door.comes(step.given)) != step.comes:
                yield number, step.comes, came


@pytest.mark.plan("D46", trials=len(CASES))
def test_the_door_answers_every_case_of_the_table(desk: Desk) -> None:
    wrong = []
    for name, steps in CASES.items():
        with pytest.MonkeyPatch.context() as patch, time_machine.travel(NOON - timedelta(minutes=1)):
            door = Door(desk, patch)
            wrong += [(name, *fault) for fault in _tried(door, steps)]
        with desk.at() as session:
            session.execute(sa.text("DELETE FROM throttle"))
    assert wrong == []
    assert len(CASES) >= 40


def test_a_code_is_spent_with_the_session_that_it_begins(desk: Desk) -> None:
    door = Door(desk, pytest.MonkeyPatch())
    door.do("print")
    assert door.comes({"code": "printed 4"}) == IN
    with desk.at() as session:
        assert printed.left(session, door.staff) == printed.MANY - 1
    (begun,) = desk.rows(StaffSession, StaffSession.staff_id == door.staff.id)
    assert begun.factor == "printed"
    assert desk.rows(Staff, Staff.id == door.staff.id)[0].totp_last == 0
